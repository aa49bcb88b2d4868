/**
 * Rounds of random faults under load (see chaos/run.ts), on one proxy that is never restarted. Beside what must hold in
 * each round, memory, descriptors and handles must stay flat, and no event loop of an edge thread may stand still for more
 * than 50 ms. Exit codes: 0 all held, 1 something did not.
 */
import { calledWith } from '../harness/command-line.ts';
import { renderTable } from '../harness/table.ts';
import { type Round, soak } from './soak.ts';

const { values } = calledWith({
  command: 'npm run bench:soak --',
  about: 'Rounds of random faults under load, on one proxy that is never restarted.',
  flags: {
    minutes: { takes: 'count', about: 'how long', default: 30 },
    rate: { takes: 'count', about: 'requests a second', default: 400 },
    seed: { takes: 'count', about: 'of the first round', default: 1, least: 0 },
  },
});
process.on('SIGINT', () => process.exit(130)).on('SIGTERM', () => process.exit(143));

const HEADER = [
  'seed',
  'requests',
  'p50 ms',
  'p99 ms',
  'MiB',
  'descriptors',
  'handles',
  'stall ms',
  'waited for CPU ms',
];
const cells = (round: Round): string[] => [
  `${round.seed}${round.disturbances > 0 ? ' DISTURBED' : ''}`,
  `${round.requests}`,
  round.p50.toFixed(1),
  round.p99.toFixed(0),
  round.memory.toFixed(0),
  `${round.descriptors}`,
  `${round.handles}`,
  round.stall.toFixed(0),
  round.wait.toFixed(0),
];

const rows: string[][] = [];
const problems = await soak({
  ...values,
  onRound: (round) => {
    rows.push(cells(round));
    console.error(rows.at(-1)!.join('\t'));
  },
});
console.log(renderTable(HEADER, rows));
for (const problem of problems) console.log(`problem: ${problem}`);
if (problems.length === 0)
  console.log('all responses exact, all outcomes told, nothing left behind, no edge stood still');
process.exit(problems.length === 0 ? 0 : 1);
