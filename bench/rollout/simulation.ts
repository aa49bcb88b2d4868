/** Releases of each kind, and how each judge ends them. */
import { BUCKETS } from '../../src/model/rollout.ts';
import { Random } from '../../src/verdict/simulation/random.ts';
import type { Judge } from './judge.ts';
import { type Candidate, Release } from './release.ts';
import { ARGO, FixedThresholds, FLAGGER } from './thresholds.ts';
import { Understudy } from './understudy.ts';

const STEPS = [100, 500, 2_500, 5_000, BUCKETS];
const USERS = 5_000;
const PER_SECOND = 100;
/** Milliseconds between two looks. */
const TICK = 10_000;
/** A release that has not come to its end by then is held. */
const MOST = 4 * 3_600_000;

export interface Scenario {
  readonly name: string;
  readonly candidate: Candidate;
  readonly judges: readonly NamedJudge[];
}

interface NamedJudge {
  readonly name: string;
  readonly make: () => Judge;
}

const understudy = (name: string, alpha: number, copies: boolean): NamedJudge => ({
  name: `Understudy${name}`,
  make: () => new Understudy({ alpha, copies, perSecond: PER_SECOND }),
});

const JUDGES: readonly NamedJudge[] = [
  understudy('', 0.001, true),
  understudy(', users alone', 0.001, false),
  { name: "Flagger's limits", make: () => new FixedThresholds(FLAGGER) },
  { name: "Argo Rollouts' limits", make: () => new FixedThresholds(ARGO) },
];

/** With a large α as well, since with the default one false rollbacks are too rare to be seen. */
const STRICT = [understudy(', α = 5 %', 0.05, true), ...JUDGES];

export const SCENARIOS: readonly Scenario[] = [
  { name: 'equal', candidate: {}, judges: STRICT },
  { name: '+1 % errors', candidate: { errors: 0.01 }, judges: JUDGES },
  { name: '+20 % p99', candidate: { tail: 1.2 }, judges: JUDGES },
  { name: 'broken for 2 % of the users', candidate: { cohort: 0.02 }, judges: JUDGES },
];

export interface Ended {
  readonly as: 'rolled_back' | 'full' | 'held';
  /** Milliseconds. */
  readonly after: number;
  /** Users who got an error that production would not have given. */
  readonly hurt: number;
}

/** How each judge of a scenario ends a release. All of them see the same requests. */
export function release({ candidate, judges }: Scenario, seed: number): readonly Ended[] {
  const users = new Release(new Random(seed), candidate, USERS);
  const under = judges.map(({ make }) => new JudgedRelease(make()));
  for (let now = TICK; now <= MOST; now += TICK) {
    const open = under.filter(({ ended }) => ended === undefined);
    if (open.length === 0) break;
    for (let sent = 0; sent < (PER_SECOND * TICK) / 1000; sent++) {
      const request = users.next();
      for (const each of open) each.see(request);
    }
    for (const each of open) each.look(now);
  }
  return under.map(({ ended, hurt }) => ended ?? { as: 'held', after: MOST, hurt });
}

class JudgedRelease {
  readonly #judge: Judge;
  readonly #hurt = new Set<number>();
  #step = 0;
  ended: Ended | undefined;

  constructor(judge: Judge) {
    this.#judge = judge;
    judge.begin(0, STEPS[0]!, 0);
  }

  get hurt(): number {
    return this.#hurt.size;
  }

  see(request: Parameters<Judge['see']>[0]): void {
    const onCandidate = request.bucket < STEPS[this.#step]!;
    if (onCandidate && request.harmed) this.#hurt.add(request.user);
    this.#judge.see(request, onCandidate);
  }

  look(now: number): void {
    const judgement = this.#judge.look(now);
    if (judgement === 'hold') return;
    if (judgement === 'promote') this.#step++;
    const isFull = this.#step === STEPS.length - 1;
    if (judgement === 'roll_back' || isFull)
      this.ended = { as: isFull ? 'full' : 'rolled_back', after: now, hurt: this.hurt };
    else this.#judge.begin(this.#step, STEPS[this.#step]!, now);
  }
}
