/** Simulates a part of the releases of each scenario on a thread of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import { type Ended, release, SCENARIOS } from './simulation.ts';

export interface Part {
  /** Numbers of releases: from the first one, each so-and-so-many-th, below the last. */
  readonly first: number;
  readonly every: number;
  readonly below: number;
}

/** By scenario, the releases, and of each how the judges ended it. */
export type PartResult = readonly (readonly (readonly Ended[])[])[];

const { first, every, below } = workerData as Part;

const result: PartResult = SCENARIOS.map((scenario) => {
  const ended: (readonly Ended[])[] = [];
  for (let number = first; number < below; number += every) ended.push(release(scenario, 7_919 * (number + 1)));
  return ended;
});
parentPort!.postMessage(result);
