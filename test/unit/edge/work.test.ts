/** What one request may cost an edge thread: bounded by its length, whatever its fields are made of. */
import { expect, test } from 'vitest';
import { experimentOf } from '../../../src/edge/experiments.ts';
import { forwardedRequest } from '../../../src/edge/forwarding.ts';
import { receivedHead } from '../../../src/edge/http1/received-head.ts';
import { planExchange, type Service } from '../../../src/edge/plan.ts';
import { acceptsOffer } from '../../../src/edge/protocol-offer.ts';
import { Router } from '../../../src/edge/routing.ts';
import { ServingWeights } from '../../../src/edge/serving-weights.ts';
import { TrustedProxies } from '../../../src/edge/trusted-proxies.ts';
import { endToEndFields, forwardedTrailers } from '../../../src/wire/end-to-end.ts';
import { lastCoding } from '../../../src/wire/fields.ts';
import type { ParsedRequest } from '../../../src/wire/http1/message.ts';
import { requestText } from '../../../src/wire/http1/request-text.ts';
import { configOf } from '../../support/config.ts';
import { rowAt } from '../../support/rows.ts';
import { countWork, type Work } from '../../support/work.ts';
import { request, response } from './heads.ts';

/** As much as `headerBytes` and `headerCount` allow by default. */
const BYTES = 60_000;
const COUNT = 256;

const PASSAGE = { address: '192.0.2.1', scheme: 'http', authority: 'a', requestId: 'id', pseudonym: 'us' } as const;
/** All is decided by a sample, and by a rollout, that go by that. */
const settings = (by: 'header' | 'cookie', name: string) => {
  const rolledOut = `{sticky: [{${by}: ${name}}, address], cohorts: [{name: a, when: {${by}: {${name}: b}}, serves: shadow}], override: {header: ${name}, secret: ${'s'.repeat(16)}}}`;
  const arms = `[{name: a, share: 50%}, {name: b, share: 50%}]`;
  const experiment = `{name: e, arms: ${arms}, sticky: [{${by}: ${name}}], cohorts: [{name: a, when: {${by}: {${name}: b}}, arm: a}]}`;
  const text = `mirror: {sample: 50%, sampleBy: {${by}: ${name}}, maxBody: 1B}\nrollout: ${rolledOut}\nexperiments: [${experiment}]`;
  const { routes, services: configured } = configOf(text);
  const experiments = [configured[0]!.experiments.map((each) => experimentOf('default', each, () => undefined))];
  const rollout = { ...configured[0]!.rollout!, candidate: {}, seat: 0 };
  const services = [{ shadow: {}, control: undefined, rollout, pauses: { paused: false } } as unknown as Service];
  const weights = new ServingWeights(ServingWeights.allocate());
  weights.set(rowAt(0), 0, 5_000);
  const proxies = new TrustedProxies(['10.0.0.0/8']);
  const common = { marker: 'marker', salt: 's', random: () => 0, now: () => 0, routeRows: [rowAt(0)] };
  return {
    ...common,
    services,
    experiments,
    routes,
    router: new Router(routes),
    mirroring: 'on',
    weights,
    proxies,
  } as const;
};

const SETTINGS = [settings('cookie', 'a'), settings('header', 'accept')];

/** All that the edge does with a head before it knows the response. */
function handle(parsed: ParsedRequest): void {
  lastCoding(parsed.fields);
  const { head, refusal } = receivedHead(parsed, 'us');
  if (refusal !== undefined) return;
  for (const sender of ['client', 'trusted_proxy'] as const)
    requestText(forwardedRequest(head, { ...PASSAGE, sender }));
  const client = { address: '192.0.2.1', sender: 'trusted_proxy' } as const;
  for (const each of SETTINGS) planExchange(head, client, each);
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
      endToEndFields(head);
      acceptsOffer(head, whole('a,').slice(0, 100));
      forwardedTrailers(head.fields);
    });
    expect(length).toBeLessThan(60 * BYTES);
  },
);
