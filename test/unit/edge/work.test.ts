/** What one request may cost an edge thread: bounded by its length, whatever its fields are made of. */
import { expect, test } from 'vitest';
import { offering, requestText } from '../../../src/edge/forwarding.ts';
import { acceptsOffer, offeredProtocols } from '../../../src/edge/http1/upgrade.ts';
import { planExchange, type Service } from '../../../src/edge/plan.ts';
import { Router } from '../../../src/edge/routing.ts';
import { expectsContinue, validateRequest } from '../../../src/edge/validation.ts';
import { forwardedTrailers, responseLines } from '../../../src/wire/end-to-end.ts';
import { lastCoding } from '../../../src/wire/fields.ts';
import type { ParsedRequest } from '../../../src/wire/message.ts';
import { configOf } from '../../support/config.ts';
import { countWork, type Work } from '../../support/work.ts';
import { request, response } from './heads.ts';

/** As much as `headerBytes` and `headerCount` allow by default. */
const BYTES = 60_000;
const COUNT = 256;

const PASSAGE = {
  address: '192.0.2.1',
  scheme: 'http',
  host: 'a',
  targetHost: 'a',
  target: '/',
  requestId: 'id',
  pseudonym: 'us',
} as const;
/** All is decided by a sample that goes by that. */
const settings = (by: 'header' | 'cookie', name: string) => {
  const { routes } = configOf(`mirror: {sample: 50%, sampleBy: {${by}: ${name}}, maxBody: 1B}`);
  const service = { control: undefined } as unknown as Service;
  const router = new Router(routes);
  return { service, routes, router, mirroring: 'on', marker: 'marker', salt: 's', random: () => 0 } as const;
};

/** All that the edge does with a head before it knows the answer. */
function handle(head: ParsedRequest): void {
  lastCoding(head.fields);
  if (validateRequest(head, 'us').kind !== 'valid') return;
  expectsContinue(head);
  const offered = offeredProtocols(head);
  for (const sender of ['client', 'trusted_proxy'] as const)
    offering(requestText(head, { ...PASSAGE, sender }), offered);
  const client = { address: '192.0.2.1' };
  planExchange({ ...head, authority: 'a' }, client, settings('cookie', 'a'));
  planExchange({ ...head, authority: 'a' }, client, settings('header', 'accept'));
}

const NAMES = [
  ...['Connection', 'Upgrade', 'Via', 'TE', 'Transfer-Encoding', 'Trailer', 'Expect', 'Max-Forwards', 'Cookie'],
  ...['Accept', 'Forwarded', 'X-Forwarded-For', 'X-Request-Id', 'Keep-Alive', 'Content-Length', 'X_Forwarded_For'],
];
const VALUES = {
  'members of one letter': 'a,',
  'empty members': ',',
  'white space': ' ',
  'members and white space': 'a , ',
  'our name': 'us ',
  'our name as members': '1.1 us.,',
  'pairs of a cookie': 'a=;',
  'a name over and over': 'a=',
  trailers: 'trailers;,',
};

const whole = (part: string) => part.repeat(Math.floor(BYTES / part.length));

function expectBounded(work: Work): void {
  expect(work.calls).toBeLessThan(60 * COUNT);
  expect(work.length).toBeLessThan(60 * BYTES);
}

test.each(NAMES.flatMap((name) => Object.entries(VALUES).map(([what, part]) => [name, what, part] as const)))(
  'one %s of nothing but %s, or as many as may be, costs no more than its length',
  (name, _what, part) => {
    const others = Array.from({ length: COUNT - 2 }, (_, index) => [`A${index}`, '']).flat();
    const one = ['Host', 'a', name, whole(part), ...others];
    expectBounded(countWork(() => handle(request({ fields: one, upgrade: true }))));
    const share = part.repeat(Math.floor(BYTES / COUNT / part.length));
    const many = ['Host', 'a', ...Array.from({ length: COUNT - 1 }, () => [name, share]).flat()];
    expectBounded(countWork(() => handle(request({ fields: many, upgrade: true }))));
  },
);

test.each(['Connection', 'Upgrade', 'Set-Cookie', 'Vary', 'Trailer', 'Transfer-Encoding'])(
  'a response with the longest %s costs no more than its length',
  (name) => {
    const others = Array.from({ length: COUNT - 1 }, (_, index) => [`A${index}`, '']).flat();
    const head = response({ status: 101, fields: [name, whole('a,'), ...others] });
    const { length } = countWork(() => {
      lastCoding(head.fields);
      responseLines(head);
      acceptsOffer(head, whole('a,').slice(0, 100));
      forwardedTrailers(head.fields);
    });
    expect(length).toBeLessThan(60 * BYTES);
  },
);
