/**
 * `npm run bench:soak [-- --minutes N] [-- --rate N]`
 *
 * Clients at a fixed rate, and one fault after the other. Every response must be exact, the outcomes must add up to the
 * requests, and memory and descriptors must come back to what they were. Exit codes: 0 they did, 1 they did not.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { renderTable } from '../harness/table.ts';
import { FAULTS } from './faults.ts';
import { Load } from './load.ts';
import { Target } from './target.ts';
import { Understudy } from './understudy.ts';

/** Milliseconds of quiet behind each fault, for the proxy to recover. */
const REST = 4_000;
/** Milliseconds for the last copies. */
const SETTLE = 30_000;
/** How much more may be held at the end than when all was warm. */
const MEMORY_GROWTH = 64;
const DESCRIPTOR_GROWTH = 16;

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, rate: { type: 'string', default: '300' } },
});
const duration = Number(values.minutes) * 60_000;

const folder = mkdtempSync(join(tmpdir(), 'understudy-soak-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
process.on('SIGINT', () => process.exit(130)).on('SIGTERM', () => process.exit(143));

const [primary, shadow, control] = [new Target(), new Target(), new Target()];
const [p, s, c] = await Promise.all([primary.listen(), shadow.listen(), control.listen()]);
const proxy = await Understudy.start(folder, { primary: p, shadow: s, control: c });
const load = new Load(`http://127.0.0.1:${proxy.port}`, Number(values.rate));
const loaded = load.run();

let fault = 'none';
let stage: 'running' | 'ending' = 'running';
void proxy.ended.then((how) => {
  if (stage === 'ending') return;
  console.log(
    `problem: the proxy ended by itself, with ${how}, at the fault: ${fault}; the end of its log:\n${proxy.said}`,
  );
  process.exit(1);
});

const rows: string[][] = [];
const note = (name: string): void => {
  const { memory, descriptors } = proxy.usage();
  const { p50, p99 } = load.takeLatency();
  rows.push([
    name,
    `${load.sent}`,
    p50.toFixed(1),
    p99.toFixed(0),
    memory.toFixed(0),
    `${descriptors}`,
    `${load.wrong.length}`,
  ]);
  console.error(rows.at(-1)!.join('\t'));
};

await delay(REST);
note('none');
const began = performance.now();
const harm = Math.max(duration / (2 * FAULTS.length) - REST, 2_000);
// Twice, so that what the first time leaves behind for good is told from what each time leaves behind.
let warm = proxy.usage();
for (const round of [1, 2]) {
  for (const { name, harm: doHarm } of FAULTS) {
    fault = name;
    await doHarm({ proxy, shadow, control }, harm);
    note(name);
    await delay(REST);
  }
  if (round === 1) warm = proxy.usage();
}
load.end();
await loaded;

const problems = [...load.wrong.slice(0, 10)];
if (load.wrong.length > 10) problems.push(`and ${load.wrong.length - 10} more wrong responses`);
const latest = performance.now() + SETTLE;
let totals = await proxy.totals();
const ended = () => [...totals.outcomes.values()].reduce((sum, count) => sum + count, 0);
while (ended() !== totals.requests && performance.now() < latest) {
  await delay(200);
  totals = await proxy.totals();
}
if (ended() !== totals.requests) problems.push(`${totals.requests} requests, but ${ended()} outcomes`);
if (totals.requests < load.sent) problems.push(`${load.sent} requests were sent, but ${totals.requests} counted`);
await delay(REST);
const last = proxy.usage();
note('none');
if (last.memory > warm.memory + MEMORY_GROWTH)
  problems.push(`memory grew from ${warm.memory.toFixed(0)} to ${last.memory.toFixed(0)} MiB`);
if (last.descriptors > warm.descriptors + DESCRIPTOR_GROWTH)
  problems.push(`descriptors grew from ${warm.descriptors} to ${last.descriptors}`);
stage = 'ending';
const exit = await proxy.stop();
if (exit !== 0) problems.push(`it ended with ${exit}`);
for (const target of [primary, shadow, control]) target.close();

console.log(renderTable(['fault', 'requests', 'p50 ms', 'p99 ms', 'MiB', 'descriptors', 'wrong'], rows));
console.log(`\n${((performance.now() - began) / 60_000).toFixed(1)} minutes; ${totals.requests} requests ended as:`);
for (const [name, count] of [...totals.outcomes].sort((a, b) => b[1] - a[1])) console.log(`  ${name} ${count}`);
for (const problem of problems) console.log(`problem: ${problem}`);
console.log(problems.length === 0 ? 'all responses exact, all outcomes told, nothing left behind' : '');
process.exit(problems.length === 0 ? 0 : 1);
