/** Parsed heads for tests of what is decided about them. */
import type { ParsedRequest, ParsedResponse } from '../../../src/wire/message.ts';

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
