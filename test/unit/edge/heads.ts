/** Heads for tests of what is decided about them: as HTTP/1.1 was parsed, and as every wire has them. */
import type { ReceivedHead } from '../../../src/edge/request-head.ts';
import type { ParsedRequest, ParsedResponse } from '../../../src/wire/http1/message.ts';
import type { IncomingResponse } from '../../../src/wire/message.ts';

export function request(over: Partial<ParsedRequest> = {}): ParsedRequest {
  return {
    method: 'GET',
    target: '/',
    fields: ['Host', 'a'],
    minorVersion: 1,
    keepAlive: true,
    upgrade: false,
    bodyLength: 0,
    ...over,
  };
}

export function response(over: Partial<ParsedResponse> = {}): ParsedResponse {
  return {
    status: 200,
    reason: 'OK',
    fields: [],
    minorVersion: 1,
    keepAlive: true,
    upgrade: false,
    bodyLength: 0,
    ...over,
  };
}

export function received(over: Partial<ReceivedHead> = {}): ReceivedHead {
  const { target = '/' } = over;
  return {
    method: 'GET',
    target,
    writtenTarget: target,
    authority: 'a',
    version: '1.1',
    fields: ['Host', 'a'],
    bodyLength: 0,
    offered: '',
    body: 'sent',
    interim: 'understood',
    ...over,
  };
}

export function incoming(over: Partial<IncomingResponse> = {}): IncomingResponse {
  return { status: 200, reason: 'OK', fields: [], version: '1.1', bodyLength: 0, closing: false, ...over };
}
