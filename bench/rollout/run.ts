/**
 * How often a release is rolled back wrongly, and how soon rightly: `npm run bench:rollout -- --releases 1000`.
 *
 * Simulated releases with 1 %, 5 %, 25 %, 50 % and 100 % of 5,000 users, 15 minutes each at least, and 100 requests a
 * second. The same streams are judged by Understudy, with copies to both versions and a control, and by what different
 * users got alone; and by fixed limits. Hurt: users who got an error that production would not have given.
 */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { calledWith } from '../harness/command-line.ts';
import { renderTable } from '../harness/table.ts';
import { type Ended, SCENARIOS } from './simulation.ts';
import type { Part, PartResult } from './worker.ts';

const HEADER = ['judged by', 'rolled back', 'after (median)', 'full', 'held', 'users hurt (median)'];

const {
  values: { releases },
} = calledWith({
  command: 'npm run bench:rollout --',
  about: 'How often a release is rolled back wrongly, and how soon rightly, in a simulation.',
  flags: { releases: { takes: 'count', about: 'simulated releases of each kind', default: 1_000 } },
});
const threads = Math.min(availableParallelism(), releases);

console.log(`${releases} releases of each kind, on ${threads} CPUs\n`);
const parts = await Promise.all(Array.from({ length: threads }, (_, first) => simulated(first)));
for (const [at, { name, judges }] of SCENARIOS.entries()) {
  const ended = parts.flatMap((part) => part[at]!);
  const rows = judges.map((judge, of) =>
    rowOf(
      judge.name,
      ended.map((each) => each[of]!),
    ),
  );
  console.log(`The candidate: ${name}\n${renderTable(HEADER, rows)}\n`);
}

async function simulated(first: number): Promise<PartResult> {
  const part: Part = { first, every: threads, below: releases };
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: part });
  const [result] = await once(worker, 'message');
  return result;
}

function rowOf(name: string, ended: readonly Ended[]): readonly string[] {
  const of = (as: Ended['as']) => ended.filter((one) => one.as === as);
  const share = (as: Ended['as']) => `${((100 * of(as).length) / ended.length).toFixed(1)} %`;
  const after = median(of('rolled_back').map((one) => one.after));
  return [
    name,
    share('rolled_back'),
    after === undefined ? '' : `${(after / 60_000).toFixed(1)} min`,
    share('full'),
    share('held'),
    String(median(ended.map(({ hurt }) => hurt))),
  ];
}

function median(numbers: readonly number[]): number | undefined {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
