import type { TrainSettings } from '../../src/settings/train-settings.ts';

/** The train of the model repository. */
export const modelTrain: TrainSettings = {
  zone: 'America/Los_Angeles',
  departs: { weekday: 'friday', at: '09:00', notice: '24h', onHoliday: 'shift' },
  first: 'departure',
  holidays: 'us-federal',
  stranding: { new: 'avoid', major: 'avoid', minor: 'allow' },
  rings: [
    { name: 'testing', regions: ['Testing'] },
    { name: 'us-preview', regions: ['US preview'] },
    { name: 'asia', regions: ['Asia except Japan and India'] },
    { name: 'europe', regions: ['Europe except UK'] },
    { name: 'br-ca-jp-in', regions: ['Brazil', 'Canada', 'Japan', 'India'] },
    { name: 'au-uk-us', regions: ['Australia', 'United Kingdom', 'United States'] },
  ],
  soak: 0,
  late: 1,
  freezes: [
    { from: '2024-11-20', to: '2025-01-06', reason: 'Year-end change freeze', scope: 'all' },
  ],
};
