import { expect, test } from 'vitest';
import { Course } from '../../../bench/chaos/course.ts';
import { describeSchedule, makeSchedule } from '../../../bench/chaos/schedule.ts';
import { Stage } from '../../../bench/chaos/stage.ts';
import { afterThisTest } from '../../support/cleanup.ts';

const SEEDS = Array.from({ length: 20 }, (_, at) => at + 1);
/** Of faults, for each seed. */
const SECONDS = 1.5;
/** Requests a second: other tests run beside this one. */
const RATE = 100;

// Each seed waits for what its faults left behind: breakers that are open, threads that are started again.
test('whatever faults come in whatever order, clients notice only what they must, the outcomes add up, and all recovers', {
  timeout: 300_000,
}, async () => {
  const stage = await Stage.start();
  afterThisTest(() => stage.clear());
  for (const seed of SEEDS) {
    const schedule = makeSchedule(seed, SECONDS);
    const violation = await new Course(stage, RATE).run(schedule);
    expect(violation, `seed ${seed}\n${describeSchedule(schedule)}\n${stage.proxy.said}`).toBeUndefined();
  }
  expect(await stage.end()).toBe(0);
});
