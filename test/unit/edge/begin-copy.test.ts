import { expect, test } from 'vitest';
import type { MirrorConfig } from '../../../src/config/types.ts';
import { beginCopy } from '../../../src/edge/begin-copy.ts';
import type { EdgeContext, Settings } from '../../../src/edge/context.ts';
import { Copy, CopyTape } from '../../../src/edge/copy.ts';
import { type MirrorState, planExchange } from '../../../src/edge/plan.ts';
import { RateLimit } from '../../../src/edge/rate-limit.ts';
import type { ReceivedRequest } from '../../../src/edge/received-request.ts';
import { Router } from '../../../src/edge/routing.ts';
import { InFlightAccount } from '../../../src/metrics/in-flight-account.ts';
import { Ledger } from '../../../src/metrics/ledger.ts';
import { WHOLE } from '../../../src/model/portion.ts';
import { Tape } from '../../../src/tape/layout.ts';
import { edgeConfig } from '../../support/edge.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { received as head } from './heads.ts';

/** An edge thread at a moment that the test moves. */
function edge(mirror: Partial<MirrorConfig>, memory = RateLimit.allocate(), state: MirrorState = 'on') {
  const clock = new ManualClock();
  let asked = 0;
  const limit = new RateLimit(memory, () => {
    asked++;
    return clock.monotonic();
  });
  const context = {
    clock,
    rateLimit: limit,
    ledger: new Ledger(Ledger.allocate()),
    tape: new CopyTape(Tape.allocate(64 * 1024), new InFlightAccount(InFlightAccount.allocate())),
  } as unknown as EdgeContext;
  const config = edgeConfig(1, { mirror });
  const { routes } = config;
  const settings = {
    config,
    services: [{ shadow: {}, control: undefined, portion: WHOLE, pauses: { paused: false } }],
    router: new Router(routes),
    routes,
    mirroring: state,
    marker: 'marker',
    salt: config.mirror.salt,
    experiments: [],
    routeRows: [0],
  } as unknown as Settings;
  let exchange = 0;
  const begin = (fields: string[] = []) => {
    const asked = head({ fields: ['Host', 'a', ...fields] });
    const client = { address: '192.0.2.1', sender: 'client', number: 1 } as const;
    const received = {
      settings,
      head: asked,
      client,
      configuredRow: 0,
      number: ++exchange,
      requestId: `id-${exchange}`,
      completeWithHead: true,
    } as unknown as ReceivedRequest;
    const plan = planExchange(asked, client, settings)!;
    const begun = beginCopy(context, received, plan, asked);
    return begun instanceof Copy ? 'copied' : begun;
  };
  return { clock, begin, asked: () => asked };
}

test('what is over the rate is not copied, and says so', () => {
  const { clock, begin } = edge({ rate: 5 });
  expect([begin(), begin(), begin()]).toEqual(['copied', 'rate_limited', 'rate_limited']);
  clock.advance(200);
  expect([begin(), begin()]).toEqual(['copied', 'rate_limited']);
});

test('without a rate everything is copied, and the limit is not asked', () => {
  const { begin, asked } = edge({ rate: 'none' });
  expect(Array.from({ length: 100 }, () => begin())).toEqual(Array(100).fill('copied'));
  expect(asked()).toBe(0);
});

test('what is not in the sample takes nothing of the rate, and keeps its own reason', () => {
  const { begin, asked } = edge({ rate: 1, sample: 0.5, sampleBy: { by: 'header', name: 'x-user' } });
  const of = (user: number) => begin(['X-User', `user-${user}`]);
  const users = Array.from({ length: 200 }, (_, user) => user);
  const first = users.map(of);
  expect(first.filter((begun) => begun === 'copied')).toHaveLength(1);
  expect(asked()).toBe(first.filter((begun) => begun !== 'unsampled').length);
  // The sample is the same, whatever the rate leaves of it.
  const sampled = (begun: string) => begun !== 'unsampled';
  expect(users.map(of).map(sampled)).toEqual(first.map(sampled));
});

test('with the mirror off, requests take nothing of the rate', () => {
  const { begin, asked } = edge({ rate: 1 }, undefined, 'off');
  expect([begin(), begin(), asked()]).toEqual(['disabled', 'disabled', 0]);
});

test('what one edge thread copied counts for the other', () => {
  const memory = RateLimit.allocate();
  const [one, other] = [edge({ rate: 5 }, memory), edge({ rate: 5 }, memory)];
  expect([one.begin(), other.begin(), one.begin()]).toEqual(['copied', 'rate_limited', 'rate_limited']);
});
