import { test } from 'vitest';
import { corpus, corpusFolders } from '../support/corpus.ts';
import { expectSound } from './sound-page.ts';

test.skipIf(corpus === undefined)(
  'pages of all real connectors have their sections in order, every visible operation once, and ' +
    'links that lead somewhere; their schemas are valid',
  () => {
    for (const folder of corpusFolders()) expectSound(folder);
  },
);
