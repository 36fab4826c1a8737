import { describeSecrets, everySample } from './masking.ts';

describeSecrets(everySample);
