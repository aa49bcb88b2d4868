import { duration, plural, signedDuration } from '../lib/figures.ts';
import type { LegName } from '../model/exchange.ts';
import type { Crowded, DeltaQuantiles, RouteSummary } from '../model/store-reader.ts';

/** Smaller shifts are not mentioned, however certain they are: a share of the other leg's median, and milliseconds. */
const MARGIN = 0.05;
const FLOOR = 1;

/** A shadow that is clearly slower or faster than the leg that its deltas are measured against. To the last byte. */
export interface LatencyShift {
  readonly direction: 'slower' | 'faster';
  readonly against: Exclude<LegName, 'shadow'>;
  /** Milliseconds: the median of the paired deltas, and the medians of the other leg and of the shadow. */
  readonly delta: number;
  readonly from: number;
  readonly to: number;
  /** The number of pairs. */
  readonly pairs: number;
  /** The interval of the deltas' median, valid whenever it is looked at; absent while that is only an impression. */
  readonly between?: readonly [low: number, high: number];
}

/** Undefined if the paired deltas show no shift that is large enough to matter. */
export function latencyShift({ latency, delta }: Pick<RouteSummary, 'latency' | 'delta'>): LatencyShift | undefined {
  const shadow = latency.find(({ leg }) => leg === 'shadow');
  const against = measuredAgainst(latency);
  const other = latency.find(({ leg }) => leg === against);
  if (delta === undefined || shadow === undefined || other === undefined) return undefined;
  const margin = Math.max(FLOOR, MARGIN * other.lastByte.p50);
  const certain = directionOf(delta.medianBetween, margin);
  const direction = certain ?? directionOf(delta.ifIndependent, margin);
  if (direction === undefined) return undefined;
  return {
    direction,
    against,
    delta: delta.p50,
    from: other.lastByte.p50,
    to: shadow.lastByte.p50,
    pairs: delta.count,
    ...(certain !== undefined && { between: delta.medianBetween! }),
  };
}

function directionOf(between: DeltaQuantiles['medianBetween'], margin: number): LatencyShift['direction'] | undefined {
  if (between === undefined) return undefined;
  const [low, high] = between;
  if (low > margin) return 'slower';
  return high < -margin ? 'faster' : undefined;
}

/** The leg that the shadow's deltas are measured against. */
export function measuredAgainst(latency: RouteSummary['latency']): LatencyShift['against'] {
  return latency.some(({ leg }) => leg === 'control') ? 'control' : 'primary';
}

/** `the shadow is slower than the control: p50 +48.0 ms (12.0 ms → 60.0 ms)` */
export function shiftInWords({ direction, against, delta, from, to }: LatencyShift): string {
  return `the shadow is ${direction} than the ${against}: p50 ${signedDuration(delta)} (${duration(from)} → ${duration(to)})`;
}

/** `certain to be between +45.1 ms and +50.2 ms, in 240 pairs` */
export function certaintyInWords({ pairs, between }: LatencyShift): string {
  const of = `in ${plural(pairs, 'pair')}`;
  if (between === undefined) return `a first impression, not certain yet, ${of}`;
  return `certain to be between ${between.map(signedDuration).join(' and ')}, ${of}`;
}

/** `130 pairs are left out of the delta: the shadow was queueing, with up to 40 copies in flight` */
export function crowdedInWords({ count: pairs, inFlight }: Crowded, against: LatencyShift['against']): string {
  const who = against === 'control' ? 'the shadow or the control' : 'the shadow';
  const left = `${plural(pairs, 'pair')} ${pairs === 1 ? 'is' : 'are'} left out of the delta`;
  return `${left}: ${who} was queueing, with up to ${plural(inFlight, 'copy', 'copies')} in flight`;
}
