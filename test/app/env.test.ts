import { expect, test } from 'vitest';
import { readEnvironment } from '../../src/app/env.ts';

test('variables that are not set have their defaults', () => {
  const env = { PORT: '', GATEHOUSE_FOLDER: '' };
  expect(readEnvironment(env)).toMatchObject({
    port: 3000,
    folder: '.gatehouse',
    databaseUrl: undefined,
    newDatabase: undefined,
    concurrency: 4,
    reviewProcesses: 2,
    reviewSeconds: 30,
    reviewMegabytes: 512,
    lease: 60,
    isPaced: true,
  });
});

test('variables are parsed', () => {
  const env = { PORT: '80', GATEHOUSE_NEW_DATABASE: 'no', GATEHOUSE_PACE: 'none', APP_ID: '7' };
  expect(readEnvironment(env)).toMatchObject({
    port: 80,
    newDatabase: 'no',
    isPaced: false,
    appId: '7',
  });
});

test('an error names every variable that is not valid', () => {
  const env = { PORT: 'http', GATEHOUSE_LEASE: '9', GATEHOUSE_NEW_DATABASE: 'never' };
  expect(() => readEnvironment(env)).toThrow(
    'PORT needs a whole number from 1 on, not http. ' +
      'GATEHOUSE_NEW_DATABASE needs yes or no, not never. ' +
      'GATEHOUSE_LEASE needs a whole number from 10 on, not 9.',
  );
});
