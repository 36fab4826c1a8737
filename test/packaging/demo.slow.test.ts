import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

test('npm run demo goes from the first push through six rings, in the order of the calendar', () => {
  const out = execFileSync(process.execPath, ['scripts/demo.ts'], {
    cwd: root,
    encoding: 'utf8',
    timeout: 290_000,
  });
  const train = out.slice(out.indexOf('The train: one ring a day'));
  const days = Array.from(train.matchAll(/^(\w{3} \d+ \w{3}) +(\w.*)$/gm), ([, day, what]) => [
    day,
    what,
  ]);
  expect(days).toEqual([
    ['Thu 19 Nov', 'the cutoff of the train of Fri 20 Nov'],
    ['Fri 20 Nov', 'ring 1 of 6: testing (Testing) ✓ deployed'],
    ['Sat 21 Nov', 'weekend'],
    ['Sun 22 Nov', 'weekend'],
    ['Mon 23 Nov', 'ring 2 of 6: us-preview (US preview) ✓ deployed'],
    ['Tue 24 Nov', 'ring 3 of 6: asia (Asia except Japan and India) ✓ deployed'],
    ['Wed 25 Nov', 'ring 4 of 6: europe (Europe except UK) ✓ deployed'],
    ['Thu 26 Nov', 'Thanksgiving Day'],
    ['Fri 27 Nov', 'ring 5 of 6: br-ca-jp-in (Brazil, Canada, Japan, India) ✓ deployed'],
    ['Sat 28 Nov', 'weekend'],
    ['Sun 29 Nov', 'weekend'],
    ['Mon 30 Nov', 'ring 6 of 6: au-uk-us (Australia, United Kingdom, United States) ✓ deployed'],
  ]);
  expect(out).toContain('Live everywhere on Mon 30 Nov: 6 rings, 7 deployments, 1 pull request.');
  expect(out).toContain('writes /ready');
}, 300_000);
