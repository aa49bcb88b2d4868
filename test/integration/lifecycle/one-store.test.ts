import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { launchUnderstudy, runUnderstudy, startUnderstudy } from '../../support/understudy.ts';

const TARGETS = { primary: 'http://127.0.0.1:1', shadow: 'http://127.0.0.1:2' };

test('a store has one proxy: a second is refused with a sentence that says so, until the first has ended', async () => {
  const first = await startUnderstudy(TARGETS);
  const { directory, store } = first;
  symlinkSync(store, join(directory, 'other-name.db'));
  for (const name of ['./understudy.db', './other-name.db']) {
    const second = await launchUnderstudy({ ...TARGETS, store: name }, { directory });
    expect(await second.exited).toBe(2);
    expect(second.logs()).toEqual([
      { raw: expect.stringMatching(`^store ${name}: another \`understudy serve\` records to it; stop that one, or `) },
    ]);
  }
  expect(await runUnderstudy(['report', '--store', store])).toMatchObject({ code: 0 });

  first.kill('SIGKILL');
  await first.exited;
  const third = await startUnderstudy(TARGETS, { directory });
  expect(await third.stop()).toBe(0);
  const fourth = await startUnderstudy(TARGETS, { directory });
  expect(await fourth.stop()).toBe(0);
});
