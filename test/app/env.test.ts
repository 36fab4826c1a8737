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
    'PORT needs a whole number from 1 to 65535, not http. ' +
      'GATEHOUSE_NEW_DATABASE needs yes or no, not never. ' +
      'GATEHOUSE_LEASE needs a whole number from 10 to 999999, not 9.',
  );
});

test.each<[Record<string, string>, string]>([
  [
    { APP_ID: 'abc' },
    'APP_ID needs the number that the App\'s settings page calls "App ID", not abc.',
  ],
  [{ APP_ID: '0' }, 'APP_ID needs the number'],
  [{ PORT: '99999999' }, 'PORT needs a whole number from 1 to 65535, not 99999999.'],
  [{ PORT: '65536' }, 'PORT needs a whole number from 1 to 65535, not 65536.'],
  [
    { LOG_LEVEL: 'loud' },
    'LOG_LEVEL needs trace, debug, info, warn, error, fatal or silent, not loud.',
  ],
  [{ LOG_FORMAT: 'xml' }, 'LOG_FORMAT needs json or pretty, not xml.'],
  [{ GHE_HOST: 'https://github.contoso.com' }, 'GHE_HOST needs a host such as'],
  [{ GHE_PROTOCOL: 'ftp' }, 'GHE_PROTOCOL needs https or http, not ftp.'],
  [{ WEBHOOK_PATH: 'hooks' }, 'WEBHOOK_PATH needs a path that begins with /, not hooks.'],
])('the error for %j says what is expected', (env, message) => {
  expect(() => readEnvironment(Object.assign({}, env))).toThrow(message);
});
