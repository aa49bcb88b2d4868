import { makeComparator } from '../../../src/compare/comparator.ts';
import type { Comparison } from '../../../src/compare/comparison.ts';
import type { ProcessorTime } from '../../../src/compare/deadline.ts';
import type { CompareConfig, Rule } from '../../../src/config/compare-types.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Difference } from '../../../src/model/difference.ts';
import type { CapturedResponse, Fields, RequestHead } from '../../../src/model/exchange.ts';
import { DEFAULT_IGNORED_HEADERS } from '../../../src/model/headers.ts';

/** A clock that stands still, so that no rule ever expires. */
export const stillClock: Clock = { wall: () => Date.UTC(2026, 10, 22), monotonic: () => 0 };

export const defaults: CompareConfig = {
  ignoreHeaders: DEFAULT_IGNORED_HEADERS,
  rules: [],
  maxDecoded: 1024 * 1024,
  budget: Infinity,
};

export interface ResponseParts {
  readonly status?: number;
  readonly fields?: Fields;
  readonly trailers?: Fields;
  readonly body?: string | Uint8Array;
  readonly type?: string;
}

export function response({
  status = 200,
  fields = [],
  trailers = [],
  body = '',
  type,
}: ResponseParts): CapturedResponse {
  return {
    status,
    reason: '',
    fields: type === undefined ? fields : ['Content-Type', type, ...fields],
    trailers,
    body: typeof body === 'string' ? Buffer.from(body) : body,
  };
}

/** A rule with what every rule must have filled in. */
export function rule(parts: Omit<Rule, 'origin'>): Rule {
  return { origin: 'test:1', ...parts };
}

export function comparePair(
  left: ResponseParts,
  right: ResponseParts,
  config: Partial<CompareConfig> = {},
  clock: Clock = stillClock,
  time?: ProcessorTime,
  request?: RequestHead,
): Comparison {
  const compare = makeComparator({ ...defaults, ...config }, clock, undefined, time);
  return compare(response(left), response(right), request);
}

/** Compares two JSON bodies; texts are taken as they are, other values are written as JSON. */
export function compareJson(left: unknown, right: unknown, rules: readonly Omit<Rule, 'origin'>[] = []): Comparison {
  const body = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  const type = 'application/json';
  return comparePair({ type, body: body(left) }, { type, body: body(right) }, { rules: rules.map(rule) });
}

/** Differences as lines for people: `value $.a: 1 → 2`. */
export function lines(differences: readonly Difference[]): string[] {
  return differences.map(({ kind, path, left, right }) => `${kind} ${path}: ${left ?? '·'} → ${right ?? '·'}`);
}

/** Runs a table of pairs of JSON texts, each with the differences that are expected. */
export type JsonCase = readonly [name: string, left: unknown, right: unknown, expected: readonly string[]];
