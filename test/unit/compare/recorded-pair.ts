import { makeComparator } from '../../../src/compare/comparator.ts';
import type { RedactionConfig } from '../../../src/findings/redaction/rules.ts';
import { Redactor } from '../../../src/findings/redactor.ts';
import type { RecordedExchange } from '../../../src/model/finding.ts';
import { captured } from '../../support/captured.ts';
import { defaults, type ResponseParts, response, stillClock } from './pair.ts';

const NOTHING_MORE: RedactionConfig = { headers: [], paths: [], query: [] };

export interface RecordedPair {
  readonly left: ResponseParts;
  readonly right: ResponseParts;
  readonly route?: string;
  readonly target?: string;
  readonly method?: string;
  readonly redact?: RedactionConfig;
}

/** A pair as a compare thread would compare, redact and record it. */
export function recordedPair({
  left,
  right,
  route = 'orders',
  redact = NOTHING_MORE,
  ...asked
}: RecordedPair): RecordedExchange {
  const exchange = captured();
  const request = { ...exchange.request, ...asked };
  const [primary, shadow] = [response(left), response(right)];
  const comparison = makeComparator(defaults, stillClock)(primary, shadow, request);
  const timing = { connect: 0, firstByte: 1, lastByte: 2 };
  const redactor = new Redactor(redact, Buffer.alloc(32));
  return redactor.redactExchange(
    { ...exchange, request, primary: { response: primary, timing }, shadow: { response: shadow, timing } },
    { route, ending: 'mismatch', comparison },
  );
}

export function recordedJson(left: unknown, right: unknown, more: Partial<RecordedPair> = {}): RecordedExchange {
  const side = (value: unknown) => ({
    type: 'application/json',
    body: typeof value === 'string' ? value : JSON.stringify(value),
  });
  return recordedPair({ left: side(left), right: side(right), ...more });
}
