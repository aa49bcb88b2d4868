/** From evidence to an answer. Pure: the same evidence gives the same verdict, whoever asks and however often. */

import type { Answer } from '../model/answer.ts';
import type { Place } from '../model/difference.ts';
import type { BlockClock, Check, ExpectedSignature, RouteEvidence, Test } from '../model/route-evidence.ts';
import type { VerdictSettings } from '../model/verdict-settings.ts';
import { alarm } from './alarm.ts';
import { askedMargin } from './asked-margin.ts';
import { rateInterval } from './interval.ts';
import { isProven, type Need, needsOf, type Sample, sampleOf } from './needs.ts';
import { closed, logRateAbove, logReverse } from './signs.ts';

/** One thing that was tested on one route. */
export interface Finding {
  readonly check: Check;
  readonly place?: Place;
  /** In its place, the id of a signature. */
  readonly signature?: string;
  /** `harm`: proven. `cleared`: the contrary is. */
  readonly state: 'harm' | 'cleared' | 'open';
  /** Exchanges in which the shadow alone was bad, in which the other was, and how many there were. */
  readonly worse: number;
  readonly better: number;
  readonly exchanges: number;
  /** Of `worse` an exchange: where its rate lies with a certainty of 1 − α, whenever it is looked at. */
  readonly between: readonly [low: number, high: number];
  /** log10 of E, and what it must reach. */
  readonly evidence: number;
  readonly alarm: number;
}

export interface RouteDecision {
  readonly route: string;
  readonly answer: Exclude<Answer, 'invalid'>;
  readonly exchanges: number;
  readonly mismatches: number;
  readonly sample: Sample;
  /** Of these, those that are accepted or expected by now, or that the baseline had as well. */
  readonly accepted: number;
  readonly expected: readonly ExpectedSignature[];
  /** Harm first, then by evidence. */
  readonly findings: readonly Finding[];
  readonly needs: readonly Need[];
}

export function decideRoute(evidence: RouteEvidence, settings: VerdictSettings): RouteDecision {
  const { route, clock, mismatches, accepted, expected } = evidence;
  const findings = evidence.tests
    .map((test) => findingOf(test, evidence, settings))
    .sort(
      (a, b) =>
        Number(b.state === 'harm') - Number(a.state === 'harm') || b.evidence - b.alarm - (a.evidence - a.alarm),
    );
  const needs = needsOf(evidence, settings);
  const harmed = findings.some(({ state }) => state === 'harm');
  return {
    route,
    answer: harmed ? 'regression' : needs.length === 0 ? 'pass' : 'inconclusive',
    exchanges: clock.exchanges,
    mismatches,
    sample: sampleOf(evidence),
    accepted,
    expected,
    findings,
    needs,
  };
}

/** Whether harm is proven, which once is enough. */
export function isHarmed({ clock, tests }: RouteEvidence, settings: VerdictSettings): boolean {
  return tests.some((test) => evidenceOf(test, clock, settings) >= alarm(settings.alpha, test.rank));
}

/** ln E. */
function evidenceOf({ check, signs }: Test, clock: BlockClock, { epsilon }: VerdictSettings): number {
  const now = closed(signs, clock);
  return check === 'mismatch' ? logRateAbove(epsilon, now, clock) : now.peak;
}

function findingOf(test: Test, evidence: RouteEvidence, settings: VerdictSettings): Finding {
  const { check, place, signature, rank, signs } = test;
  const { clock } = evidence;
  const now = closed(signs, clock);
  const { worse, better } = now.total;
  const exchanges = Math.max(clock.exchanges - now.since.exchanges, worse + better);
  const needed = alarm(settings.alpha, rank);
  const log = evidenceOf(test, clock, settings);
  const asked = check === 'slower' ? askedMargin(evidence, settings) : 'measured';
  const isCleared = check === 'slower' && asked !== 'narrower' && isProven(logReverse(now, clock));
  return {
    check,
    ...(place !== undefined && { place }),
    ...(signature !== undefined && { signature }),
    state: log >= needed && asked !== 'wider' ? 'harm' : isCleared ? 'cleared' : 'open',
    worse,
    better,
    exchanges,
    between: rateInterval(worse, exchanges, settings.alpha),
    evidence: log / Math.LN10,
    alarm: needed / Math.LN10,
  };
}
