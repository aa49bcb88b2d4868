/**
 * What comparing two JSON bodies costs: `npm run bench:compare`.
 *
 * All start from the bytes of two bodies, as a proxy has them. Contestants take turns (A B A B); a figure is the median
 * of the rounds. Beside each is what the contestant says: how many differences it found. Only where that is what
 * Understudy says is it the same answer, and only then do the two times compare.
 */
import { calledWith } from '../harness/command-line.ts';
import { formatGoal } from '../harness/goal.ts';
import { type Spread, spread } from '../harness/spread.ts';
import { renderTable } from '../harness/table.ts';
import { type Contestant, PARSE, PEERS, UNDERSTUDY_CONTESTANT } from './contestants.ts';
import { type BenchPair, inserted, pairsOfSize, permuted, permutedWithoutKeys } from './pairs.ts';

calledWith({
  command: 'npm run bench:compare --',
  about: 'What it costs to compare two JSON bodies, beside other libraries.',
  flags: {},
});

const SIZES = [1, 10, 100, 1000];
const ROUNDS = 9;
/** Milliseconds of work in one round of one contestant, about. */
const ROUND_TIME = 12;
/** Milliseconds for which each contestant is warmed for a pair: code that was never run is not what is compared. */
const WARM_UP = 60;
const CONTESTANTS = [PARSE, UNDERSTUDY_CONTESTANT, ...PEERS];

function runOnce({ compare }: Contestant, { left, right }: BenchPair, runs: number): number {
  const start = performance.now();
  for (let run = 0; run < runs; run++) compare(left, right);
  return (performance.now() - start) / runs;
}

/** Milliseconds per pair in each round, for each contestant. */
function measure(contestants: readonly Contestant[], pair: BenchPair): readonly (readonly number[])[] {
  const runs = contestants.map((contestant) => {
    for (const until = performance.now() + WARM_UP; performance.now() < until; )
      contestant.compare(pair.left, pair.right);
    return Math.max(1, Math.min(20_000, Math.round(ROUND_TIME / runOnce(contestant, pair, 3))));
  });
  const rounds = Array.from({ length: ROUNDS }, () =>
    contestants.map((contestant, at) => runOnce(contestant, pair, runs[at]!)),
  );
  return contestants.map((_, at) => rounds.map((round) => round[at]!));
}

function describe(milliseconds: number): string {
  return milliseconds < 0.1 ? `${(milliseconds * 1000).toFixed(1)} µs` : `${milliseconds.toFixed(2)} ms`;
}

/** Round by round, since rounds are taken side by side. */
function ratio(rounds: readonly number[], base: readonly number[]): Spread {
  return spread(rounds.map((round, at) => round / base[at]!));
}

const rows: string[][] = [];
let changedCost: Spread | undefined;
const slower: string[] = [];
for (const size of SIZES) {
  for (const pair of pairsOfSize(size * 1024)) {
    const name = `${size} KiB, ${pair.name}`;
    const rounds = measure(CONTESTANTS, pair);
    const times = rounds.map((round) => spread(round).median);
    const answers = CONTESTANTS.map(({ compare }) => compare(pair.left, pair.right));
    rows.push([name, ...times.map((time, at) => `${describe(time)}${answers[at] === '' ? '' : ` (${answers[at]})`}`)]);
    if (size === 100 && pair.name === '1 % changed') changedCost = ratio(rounds[1]!, rounds[0]!);
    for (let at = 2; at < times.length; at++) {
      if (answers[at] === answers[1] && times[at]! < times[1]!) slower.push(`${name}: ${CONTESTANTS[at]!.name}`);
    }
  }
}

console.log(renderTable(['pair', ...CONTESTANTS.map(({ name }) => name)], rows));
console.log('\nin brackets: how many differences are reported\n');
console.log(
  formatGoal({ what: '100 KiB, 1 % changed, against the two JSON.parse', value: changedCost, atMost: 1.6, unit: ' ×' }),
);
console.log(`peers that give the same answer faster: ${slower.length === 0 ? 'none' : slower.join('; ')}`);

for (const make of [inserted, permuted, permutedWithoutKeys]) {
  const [once, twice] = [4000, 8000].map((length) => measure([UNDERSTUDY_CONTESTANT], make(length))[0]!);
  const what = `${make(1).name}: 8000 elements against 4000`;
  console.log(formatGoal({ what, value: ratio(twice!, once!), atMost: 2.3, unit: ' ×' }));
}
