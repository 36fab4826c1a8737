import { defaultSettings } from '../../src/settings/defaults.ts';
import { presets } from '../../src/settings/presets.ts';
import type { TrainSettings } from '../../src/settings/train-settings.ts';

/** The train of the model repository, with the freeze that it had in 2024. */
export const modelTrain: TrainSettings = {
  ...defaultSettings.train,
  ...presets.microsoft.train,
  freezes: [
    { from: '2024-11-20', to: '2025-01-06', reason: 'Year-end change freeze', scope: 'all' },
  ],
};
