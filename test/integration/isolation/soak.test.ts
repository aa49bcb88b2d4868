import { expect, test } from 'vitest';
import { type Round, soak } from '../../../bench/soak/soak.ts';

/** A minute here, half an hour with `npm run bench:soak`. */
const MINUTES = 0.75;
/** Requests a second: other tests run beside this one. */
const RATE = 150;
/** The chaos test begins with others. */
const SEED = 1_000;

test('rounds of random faults leave no memory, descriptor or handle behind, and no edge thread stands still', {
  timeout: 240_000,
}, async () => {
  const rounds: Round[] = [];
  const problems = await soak({ minutes: MINUTES, rate: RATE, seed: SEED, onRound: (round) => rounds.push(round) });
  expect(problems, JSON.stringify(rounds, null, 1)).toEqual([]);
  expect(rounds.length).toBeGreaterThan(1);
});
