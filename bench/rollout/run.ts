/**
 * How often a release is rolled back wrongly, and how soon rightly: `npm run bench:rollout -- --releases 1000`.
 *
 * Simulated releases with 1 %, 5 %, 25 %, 50 % and 100 % of 5,000 users, 15 minutes each at least, and 100 requests a
 * second. The same streams are judged by Understudy, by what it sees of different users alone (without copies, which find
 * more), and by fixed limits. Hurt: users who got an error that production would not have given.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { BUCKETS } from '../../src/model/rollout.ts';
import { Random } from '../../src/verdict/simulation/random.ts';
import { renderTable } from '../harness/table.ts';
import { ARGO, FixedThresholds, FLAGGER, type Judge, Understudy } from './judges.ts';
import { type Candidate, Release } from './release.ts';

const STEPS = [100, 500, 2_500, 5_000, BUCKETS];
const USERS = 5_000;
const PER_SECOND = 100;
/** Milliseconds between two looks. */
const TICK = 10_000;
/** A release that has not come to its end by then is held. */
const MOST = 6 * 3_600_000;

const SCENARIOS: readonly { readonly name: string; readonly candidate: Candidate }[] = [
  { name: 'equal', candidate: {} },
  { name: '+1 % errors', candidate: { errors: 0.01 } },
  { name: '+20 % p99', candidate: { tail: 1.2 } },
  { name: 'broken for 2 % of the users', candidate: { cohort: 0.02 } },
];

/** With a large α, since with the default one false rollbacks are too rare to be seen. */
const STRICT = { name: 'Understudy, α = 5 %', make: (): Judge => new Understudy(0.05) };
const JUDGES: readonly { readonly name: string; readonly make: () => Judge }[] = [
  { name: 'Understudy, α = 0.1 %', make: () => new Understudy(0.001) },
  { name: "Flagger's limits", make: () => new FixedThresholds(FLAGGER) },
  { name: "Argo Rollouts' limits", make: () => new FixedThresholds(ARGO) },
];

interface Ended {
  readonly as: 'rolled_back' | 'full' | 'held';
  readonly after: number;
  readonly hurt: number;
}

function release(candidate: Candidate, judge: Judge, seed: number): Ended {
  const random = new Random(seed);
  const users = new Release(random, candidate, USERS);
  const isBroken = (user: number) => user < (candidate.cohort ?? 0) * USERS;
  const share = (candidate.errors ?? 0) / ((candidate.errors ?? 0) + 0.005);
  const hurt = new Set<number>();
  let step = 0;
  let weight = STEPS[0]!;
  const onCandidate = (bucket: number) => bucket < weight;
  judge.begin(0, weight, 0);
  for (let now = TICK; now <= MOST; now += TICK) {
    for (let request = 0; request < (PER_SECOND * TICK) / 1000; request++) {
      const sent = users.next(onCandidate);
      const isCandidate = onCandidate(sent.bucket);
      if (isCandidate && sent.failed && (isBroken(sent.user) || random.happens(share))) hurt.add(sent.user);
      judge.see(sent, isCandidate);
    }
    const judgement = judge.look(now);
    if (judgement === 'roll_back') return { as: 'rolled_back', after: now, hurt: hurt.size };
    if (judgement === 'hold') continue;
    step++;
    if (step === STEPS.length - 1) return { as: 'full', after: now, hurt: hurt.size };
    weight = STEPS[step]!;
    judge.begin(step, weight, now);
  }
  return { as: 'held', after: MOST, hurt: hurt.size };
}

const { values } = parseArgs({ options: { releases: { type: 'string', default: '1000' } } });
const each = Math.max(1, Math.round(Number(values.releases) / SCENARIOS.length));

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const minutes = (milliseconds: number | undefined) =>
  milliseconds === undefined ? '' : `${(milliseconds / 60_000).toFixed(1)} min`;

console.log(`${each} releases of each kind, on ${availableParallelism()} CPUs\n`);
const HEADER = ['judged by', 'rolled back', 'after (median)', 'full', 'held', 'users hurt (median)'];
for (const { name, candidate } of SCENARIOS) {
  const rows = [...(name === 'equal' ? [STRICT] : []), ...JUDGES].map((judge) => {
    const ended = Array.from({ length: each }, (_, at) => release(candidate, judge.make(), 7_919 * (at + 1)));
    const of = (as: Ended['as']) => ended.filter((one) => one.as === as);
    const count = (as: Ended['as']) => `${((100 * of(as).length) / each).toFixed(1)} %`;
    return [
      judge.name,
      count('rolled_back'),
      minutes(median(of('rolled_back').map(({ after }) => after))),
      count('full'),
      count('held'),
      String(median(ended.map(({ hurt }) => hurt))),
    ];
  });
  console.log(`The candidate: ${name}\n${renderTable(HEADER, rows)}\n`);
}
