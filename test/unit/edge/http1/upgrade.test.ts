import { expect, test } from 'vitest';
import { receivedHead } from '../../../../src/edge/http1/received-head.ts';
import { acceptsOffer } from '../../../../src/edge/protocol-offer.ts';
import { request, response } from '../heads.ts';

test.each([
  [['Upgrade', 'websocket'], {}, 'websocket'],
  [['Upgrade', 'a/1, b', 'upgrade', 'c'], {}, 'a/1, b, c'],
  [['Upgrade', 'h2c'], {}, ''],
  [['Upgrade', 'H2C, websocket'], {}, 'websocket'],
  [['Upgrade', 'websocket'], { upgrade: false }, ''],
  [['Upgrade', 'websocket'], { minorVersion: 0 }, ''],
  [['Upgrade', 'TLS/1.2'], {}, ''],
  [['Upgrade', 'tls/1.3, TLS/1.0, TLS, HTTP/2.0, http/3, HTTP, h2, h3, h2c-14, SSL/3.0'], {}, ''],
  [['Upgrade', 'TLS/1.2, websocket', 'Upgrade', 'HTTP/2.0', 'Upgrade', 'tcp'], {}, 'websocket, tcp'],
  [['Upgrade', 'httpx, tlsx/1, h2x, x-h2c'], {}, 'httpx, tlsx/1, h2x, x-h2c'],
  [['Upgrade', 'tcp'], { bodyLength: 5 }, 'tcp'],
  [['Upgrade', 'tcp'], { bodyLength: 'chunked' as const }, 'tcp'],
  [['Upgrade', ''], {}, ''],
])('%j in %j offers %j', (fields, over, expected) => {
  expect(receivedHead(request({ fields: ['Host', 'a', ...fields], upgrade: true, ...over }), 'us').head.offered).toBe(
    expected,
  );
});

test.each([
  ['websocket', 'websocket', true],
  ['WebSocket', 'websocket', true],
  ['b', 'a, b', true],
  ['h2c', 'websocket', false],
  ['a, c', 'a, b', false],
  ['', 'a', false],
  ['websocket', '', false],
])('an answer of %j to an offer of %j is accepted: %s', (accepted, offered, expected) => {
  expect(acceptsOffer(response({ status: 101, fields: ['Upgrade', accepted] }), offered)).toBe(expected);
});
