import { expect, test } from 'vitest';
import { coalesced } from '../../../src/lib/coalesced.ts';

/** An act that ends when it is told to, and gives the number of its run. */
function held() {
  const runs: { end: () => void; fail: () => void }[] = [];
  const act = () =>
    new Promise<number>((resolve, reject) => {
      const number = runs.length;
      runs.push({ end: () => resolve(number), fail: () => reject(new Error('it failed')) });
    });
  return { runs, call: coalesced(act) };
}

const turn = () => new Promise(setImmediate);

test('a call begins at once, and calls meanwhile share one more run behind it', async () => {
  const { runs, call } = held();
  const first = call();
  expect(runs).toHaveLength(1);
  const others = [call(), call(), call()];
  await turn();
  expect(runs).toHaveLength(1);
  runs[0]!.end();
  expect(await first).toBe(0);
  await turn();
  expect(runs).toHaveLength(2);
  runs[1]!.end();
  expect(await Promise.all(others)).toEqual([1, 1, 1]);
  await turn();
  expect(runs).toHaveLength(2);
});

test('never do two runs overlap, even where a call comes as one ends', async () => {
  let under = 0;
  let most = 0;
  const call = coalesced(async () => {
    most = Math.max(most, ++under);
    await turn();
    under--;
  });
  const again = async (): Promise<void> => {
    for (let times = 0; times < 20; times++) await call();
  };
  await Promise.all([again(), again(), again()]);
  expect(most).toBe(1);
});

test('one that fails does so to its own callers alone', async () => {
  const { runs, call } = held();
  const first = call();
  const second = call();
  runs[0]!.fail();
  await expect(first).rejects.toThrow('it failed');
  await turn();
  runs[1]!.end();
  expect(await second).toBe(1);
  const third = call();
  runs[2]!.end();
  expect(await third).toBe(2);
});
