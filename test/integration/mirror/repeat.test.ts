import { expect, test } from 'vitest';
import type { RepeatedExchange } from '../../../src/mirror/repeated-exchange.ts';
import { COPY_MARKER } from '../../../src/model/copy-marker.ts';
import { mirrorOf, sameAnswer } from '../../support/mirror.ts';
import { type OriginScript, startOrigin } from '../../support/origin.ts';
import { rowAt } from '../../support/rows.ts';

const saying = (body: string): OriginScript => ({ request: (_request, reply) => reply.send(sameAnswer(body)) });
const hanging: OriginScript = { request: () => {} };

async function house(primaryScript: OriginScript, mirror: object = {}) {
  const [shadow, primary] = await Promise.all([startOrigin(saying('shadow')), startOrigin(primaryScript)]);
  const settings = { confirm: true, repeats: { rate: 10_000, atOnce: 2 }, timeout: 5_000, ...mirror };
  const running = mirrorOf({ shadow, repeated: primary, mirror: settings });
  const ended: RepeatedExchange[] = [];
  const repeat = (method = 'GET') => {
    const head = { method, target: '/a', authority: 'x', fields: ['Host', 'x'], bodyLength: 0 };
    const request = { number: 7, service: 'default', row: rowAt(0), rehearsal: 0, id: 'id', head };
    running.mirror.repeat(request, (exchange) => ended.push(exchange));
    running.pass(1);
  };
  return { shadow, primary, ended, repeat, ...running };
}

test('a request is sent to primary and shadow once more, as a copy, and counts nowhere', async () => {
  const { repeat, ended, primary, endings, mirror } = await house(saying('primary'));
  const before = mirror.held.bytes;
  repeat();
  await expect.poll(() => ended.length).toBe(1);
  const { primary: left, shadow: right } = ended[0]!.capture()!;
  expect([left, right].map((leg) => 'response' in leg && Buffer.from(leg.response.body).toString())).toEqual([
    'primary',
    'shadow',
  ]);
  expect(primary.requests[0]!.fields).toEqual(expect.arrayContaining([COPY_MARKER, 'marker']));
  expect(endings()).toEqual({});
  expect(mirror.held.bytes).toBe(before);
});

test('nothing is repeated that is not safe, that nobody asked for, or that is over the budget', async () => {
  const { repeat, primary, mirror, shadow } = await house(hanging);
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) repeat(method);
  for (let count = 0; count < 4; count++) repeat();
  await Promise.all([primary.received(2), shadow.received(2)]);
  expect([...primary.requests, ...shadow.requests].map(({ method }) => method)).toEqual(Array(4).fill('GET'));
  expect(mirror.takeRepeats()).toContainEqual(expect.objectContaining({ purpose: 'confirm', sent: 2, over_budget: 2 }));
  const off = await house(hanging, { confirm: false });
  off.repeat();
  expect(off.mirror.takeRepeats()).toContainEqual(expect.objectContaining({ purpose: 'confirm', sent: 0 }));
});

test('a repeat to which one of them gives no response is over after the timeout of copies, and tells nothing', async () => {
  const { repeat, ended, pass, primary } = await house(hanging);
  repeat();
  await primary.received(1);
  pass(5_000);
  await expect.poll(() => ended.length).toBe(1);
  expect(ended[0]!.capture()).toBeUndefined();
});
