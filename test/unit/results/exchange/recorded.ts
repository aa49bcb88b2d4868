import type { RecordedBody, RecordedExchange, RecordedLeg } from '../../../../src/model/finding.ts';

export function textBody(content: string, of: Partial<RecordedBody> = {}): RecordedBody {
  return { encoding: 'utf8', content, length: Buffer.byteLength(content), truncated: false, ...of };
}

export function answered(body: string | RecordedBody, fields: readonly string[] = []): RecordedLeg {
  return {
    status: 200,
    reason: 'OK',
    fields: [...fields],
    trailers: [],
    body: typeof body === 'string' ? textBody(body) : body,
    timing: { connect: 0, firstByte: 1, lastByte: 2 },
  };
}

/** An exchange with these bodies, in which nothing was found to differ unless that is given. */
export function recorded(
  bodies: { readonly primary: string; readonly shadow: string; readonly control?: string },
  of: Partial<RecordedExchange> = {},
): RecordedExchange {
  return {
    id: 'x1',
    route: 'orders',
    receivedAt: 0,
    ending: 'mismatch',
    request: { method: 'GET', target: '/orders/1', fields: [], body: textBody('') },
    primary: answered(bodies.primary),
    shadow: answered(bodies.shadow),
    ...(bodies.control !== undefined && { control: answered(bodies.control) }),
    differences: [],
    accepted: [],
    ...of,
  };
}
