import { placeKey } from '../compare/collapse.ts';
import { SKETCH_BUCKETS } from '../lib/sketch.ts';
import type { Place } from '../model/difference.ts';
import type { Evidence, SignatureFinding } from '../model/finding.ts';
import { type Ending, SHADOW_FAILURES } from '../model/outcome.ts';
import type { SignCounts } from '../model/pair-signs.ts';
import type { Check } from '../model/route-evidence.ts';
import type { Increment } from './increment.ts';

/** What one flush says about one route of a rehearsal. */
export interface RouteFlush {
  readonly increments: Pick<Increment, 'endings' | 'signs' | 'sketches'>[];
  readonly evidence: Evidence[];
  readonly signatures: SignatureFinding[];
}

/** What a flush adds to one test. */
export interface Counted {
  readonly check: Check;
  readonly place?: Place;
  /** The id of the signature. */
  readonly signature?: string;
  readonly counts: SignCounts;
}

/** Endings of exchanges in which the shadow was asked and compared with the primary. */
const COMPARED: ReadonlySet<Ending> = new Set<Ending>(['match', 'noise', 'accepted', 'mismatch', ...SHADOW_FAILURES]);

const FAILURES: ReadonlySet<Ending> = new Set(SHADOW_FAILURES);

export function comparedIn(flush: RouteFlush): number {
  return countOf(flush, (ending) => COMPARED.has(ending));
}

export function mismatchesIn(flush: RouteFlush): number {
  return countOf(flush, (ending) => ending === 'mismatch');
}

export function hasControl({ increments, evidence }: RouteFlush): boolean {
  const measured = increments.some(({ sketches }) => sketches.some(({ metric }) => metric === 'control.lastByte'));
  const failed = increments.some(({ signs }) => signs.some(({ check, better }) => check === 'failure' && better > 0));
  return measured || failed || evidence.length > 0;
}

/** Its deltas, in milliseconds, as two sketches: of the magnitudes below zero, and of the rest. */
export function deltasIn({ increments }: RouteFlush): Record<'below' | 'above', Float64Array> {
  const deltas = { below: new Float64Array(SKETCH_BUCKETS), above: new Float64Array(SKETCH_BUCKETS) };
  for (const { metric, counts } of increments.flatMap(({ sketches }) => sketches)) {
    const into = metric === 'delta.below' ? deltas.below : metric === 'delta.above' ? deltas.above : undefined;
    if (into !== undefined) for (const [bucket, count] of counts.entries()) into[bucket]! += count;
  }
  return deltas;
}

/** The tests of pairs and places. */
export function* testsOf(flush: RouteFlush, controlled: boolean): Generator<Counted> {
  for (const { check, ...counts } of flush.increments.flatMap(({ signs }) => signs)) yield { check, counts };
  if (controlled) {
    for (const { path, kind, shadowOnly, controlOnly } of flush.evidence)
      yield { check: 'difference', place: { path, kind }, counts: { worse: shadowOnly, better: controlOnly } };
    return;
  }
  // If the primary failed, nobody knows what the shadow would have done. But a shadow that fails equally often is not
  // worse.
  yield { check: 'failure', counts: { worse: 0, better: primaryFailures(flush) } };
  for (const { ending, places, count } of flush.signatures) {
    if (ending !== 'mismatch') continue;
    for (const place of places) yield { check: 'mismatch', place, counts: { worse: count, better: 0 } };
  }
}

/**
 * The tests of signatures. They count if a signature shares places with an expected one (see disregard.ts). With a
 * control, `worse` is at most the number of exchanges in which only the shadow differs at the signature's places, and
 * `better` is all in which only the control does. So the null hypothesis holds whenever it holds for the places.
 *
 * @param known the signatures that have a test. Called only if the control was bad.
 */
export function* signatureTestsOf(
  flush: RouteFlush,
  controlled: boolean,
  known: () => ReadonlyMap<string, readonly Place[]>,
): Generator<Counted> {
  const failing = total(flush.increments.flatMap(({ signs }) => signs.filter(({ check }) => check === 'failure')));
  const better = controlled ? failing.better : primaryFailures(flush);
  const at = new Map(flush.evidence.map((evidence) => [placeKey(evidence), evidence]));
  const counted = new Map<string, number>();
  const places = new Map<string, readonly Place[]>();
  for (const { id, ending, count, ...of } of flush.signatures) {
    if (ending !== 'mismatch' && !FAILURES.has(ending)) continue;
    counted.set(id, (counted.get(id) ?? 0) + count);
    places.set(id, of.places);
  }
  const isControlBad = better > 0 || flush.evidence.some(({ controlOnly }) => controlOnly > 0);
  for (const [id, its] of isControlBad ? new Map([...known(), ...places]) : places) {
    const count = counted.get(id) ?? 0;
    if (its.length === 0) {
      const worse = controlled ? Math.min(count, failing.worse) : count;
      yield { check: 'failure', signature: id, counts: { worse, better } };
    } else if (!controlled) yield { check: 'mismatch', signature: id, counts: { worse: count, better: 0 } };
    else {
      const alone = its.flatMap((place) => at.get(placeKey(place)) ?? []);
      const worse = Math.min(
        count,
        sum(alone, ({ shadowOnly }) => shadowOnly),
      );
      yield {
        check: 'difference',
        signature: id,
        counts: { worse, better: sum(alone, ({ controlOnly }) => controlOnly) },
      };
    }
  }
}

function primaryFailures(flush: RouteFlush): number {
  return countOf(flush, (ending) => ending === 'primary_failed');
}

function countOf({ increments }: RouteFlush, wanted: (ending: Ending) => boolean): number {
  const endings = increments.flatMap((increment) => increment.endings);
  return sum(endings, ({ ending, count }) => (wanted(ending) ? count : 0));
}

function total(counts: readonly SignCounts[]): SignCounts {
  return { worse: sum(counts, ({ worse }) => worse), better: sum(counts, ({ better }) => better) };
}

function sum<T>(of: readonly T[], value: (each: T) => number): number {
  return of.reduce((before, each) => before + value(each), 0);
}
