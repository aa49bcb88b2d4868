/**
 * Faults of all kinds, up to three at a time, which a seed chooses, under load: the same seed, and the same length, give the
 * same schedule. All along each response must be exact and in time unless a fault explains it, the metrics must be there,
 * and memory, descriptors and log must be bounded; behind the last fault everything must work again without a restart,
 * and the outcomes must add up to the requests. `--count`: so many seeds, from this one on, each with a new proxy.
 * Exit codes: 0 all held, 1 something did not.
 */
import { loadavg } from 'node:os';
import { calledWith } from '../harness/command-line.ts';
import { Course, type Violation } from './course.ts';
import { describeSchedule, makeSchedule, seconds } from './schedule.ts';
import { Stage } from './stage.ts';

const {
  values: { seed: first, seconds: length, count, rate },
} = calledWith({
  command: 'npm run chaos --',
  about: 'Faults of all kinds under load. The same seed and the same length give the same schedule.',
  flags: {
    seed: { takes: 'count', about: 'chooses the faults', default: Date.now() % 1_000_000, least: 0 },
    seconds: { takes: 'count', about: 'how long each seed lasts', default: 20 },
    count: { takes: 'count', about: 'so many seeds, from this one on, each with a new proxy', default: 1 },
    rate: { takes: 'count', about: 'requests a second', default: 200 },
  },
});
process.on('SIGINT', () => process.exit(130)).on('SIGTERM', () => process.exit(143));

let failed = 0;
for (let seed = first; seed < first + count; seed++) if (!(await run(seed))) failed++;
if (count > 1) console.log(failed === 0 ? `all ${count} seeds held` : `${failed} of ${count} seeds failed`);
process.exit(failed === 0 ? 0 : 1);

async function run(seed: number): Promise<boolean> {
  const schedule = makeSchedule(seed, length);
  console.log(`seed ${seed}, ${length} s:\n${describeSchedule(schedule)}`);
  const stage = await Stage.start();
  const course = new Course(stage, rate);
  const began = performance.now();
  const violation = (await course.run(schedule)) ?? (await ended(stage, began));
  if (violation === undefined) {
    const disturbed =
      course.judge.disturbances === 0 ? '' : `, the machine was DISTURBED ${course.judge.disturbances} times`;
    console.log(`seed ${seed} held: ${course.load.sent} requests, ${seconds(performance.now() - began)}${disturbed}`);
    return true;
  }
  const { at, faults, what } = violation;
  console.log(`seed ${seed} FAILED ${seconds(at)} after its start, at ${faults.join(' and ') || 'no fault'}: ${what}`);
  console.log(`load of the machine ${loadavg()[0]!.toFixed(1)}; the end of the log:\n${stage.proxy.said}`);
  stage.clear();
  return false;
}

/** Says what became of the requests, and ends the proxy. */
async function ended(stage: Stage, began: number): Promise<Violation | undefined> {
  const { outcomes } = await stage.proxy.totals();
  const now = await stage.proxy.metrics();
  const told = [...outcomes].filter(([, count]) => count > 0).map(([name, count]) => `${name} ${count}`);
  const deaths = now.sum('understudy_thread_restarts_total');
  console.log(
    `  ${told.join(', ')}; ${deaths} threads died, ${now.sum('understudy_store_damages_total')} damages of the store`,
  );
  const exit = await stage.end();
  if (exit === 0) return undefined;
  return { at: performance.now() - began, faults: [], what: `it ended with ${exit}` };
}
