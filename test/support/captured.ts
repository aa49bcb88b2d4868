import type { CapturedExchange, CapturedLeg, CapturedResponse, Fields, RequestHead } from '../../src/model/exchange.ts';

/** An answer by hand. */
export function answer(
  parts: Partial<Omit<CapturedResponse, 'body'>> & { body?: string | Uint8Array } = {},
): CapturedLeg {
  return {
    response: { status: 200, reason: 'OK', fields: [], trailers: [], ...parts, body: bytes(parts.body ?? '') },
    timing: { connect: 0, firstByte: 1, lastByte: 2 },
  };
}

export function captured(
  parts: Partial<Omit<CapturedExchange, 'request'>> & {
    request?: Partial<RequestHead> & { body?: string | Uint8Array };
  } = {},
): CapturedExchange {
  const { request = {}, ...rest } = parts;
  const fields: Fields = request.fields ?? ['Host', 'shop.test'];
  return {
    id: 'exchange-1',
    receivedAt: 1_000,
    primary: answer(),
    shadow: answer(),
    ...rest,
    request: { method: 'GET', target: '/', ...request, fields, body: bytes(request.body ?? '') },
  };
}

function bytes(body: string | Uint8Array): Uint8Array {
  return typeof body === 'string' ? Buffer.from(body) : body;
}
