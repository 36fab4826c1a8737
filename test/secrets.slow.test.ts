import { describeSecrets, samples } from './masking.ts';

describeSecrets(samples);
