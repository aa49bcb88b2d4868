/**
 * What it costs an edge thread to plan a request, without and with a rollout or experiments: `node bench/micro/assignment.ts`.
 * With experiments it also forwards the arm and remembers the user, who is known after some rounds. Users
 * are many, so that none comes twice in a row; medians of seven rounds of 200,000, with least and greatest, in time of the processor.
 */
import { parseConfigText } from '../../src/config/load.ts';
import { ExperimentLog } from '../../src/edge/experiment-log.ts';
import { addArms, experimentOf } from '../../src/edge/experiments.ts';
import { type PlanSettings, planExchange, type Service } from '../../src/edge/plan.ts';
import type { ReceivedHead } from '../../src/edge/request-head.ts';
import { Router } from '../../src/edge/routing.ts';
import { ServingWeights } from '../../src/edge/serving-weights.ts';
import { TrustedProxies } from '../../src/edge/trusted-proxies.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { RouteRow } from '../../src/model/route.ts';
import { userKeys } from '../../src/model/user-key.ts';

const ROUNDS = 7;
const CALLS = 200_000;
const USERS = 5_000;
const COOKIES = 'theme=dark; consent=1; _ga=GA1.1.1842746289.1700000000; session=0af7651916cd43dd8448eb211c80319c';

measure('no rollout', '', 'stopped');
measure('stopped', 'rollout: {sticky: [{cookie: uid}]}', 'stopped');
measure('by cookie', 'rollout: {sticky: [{cookie: uid}]}', 500);
measure('by header', 'rollout: {sticky: [{header: x-user}]}', 500);
measure('by address', 'rollout: {sticky: [address]}', 500);
measure(
  'by cookie, two cohorts and an override',
  'rollout: {sticky: [{cookie: uid}], override: {secret: 0123456789abcdef}, cohorts: [{name: staff, when: {header: {x-role: staff}}, serves: shadow}, {name: out, when: {cookie: {beta: "no"}}, serves: primary}]}',
  500,
);
const flag = (name: string, sticky: string) =>
  `{name: ${name}, sticky: [{${sticky}}], arms: [{name: a, share: 50%}, {name: b, share: 50%, header: {x-${name}: on}}]}`;
measure('an experiment by cookie', `experiments: [${flag('one', 'cookie: uid')}]`, 'stopped');
measure('an experiment by header', `experiments: [${flag('one', 'header: x-user')}]`, 'stopped');
measure(
  'three experiments by cookie',
  `experiments: [${['one', 'two', 'three'].map((name) => flag(name, 'cookie: uid')).join(', ')}]`,
  'stopped',
);

function measure(name: string, text: string, weight: number | 'stopped'): void {
  const loaded = parseConfigText(`mirror: {sample: 0%}\n${text}`, '', { env: {} });
  if (!loaded.ok) throw new Error(loaded.problems[0]?.message);
  const { routes, services, mirror } = loaded.config;
  const weights = new ServingWeights(ServingWeights.allocate());
  const row = 0 as RouteRow;
  weights.set(row, 0, weight);
  const [configured] = services;
  const rollout = configured!.rollout && { ...configured!.rollout, candidate: {}, seat: 0 };
  const experiments = configured!.experiments.map((each) => experimentOf('default', each, () => undefined));
  const log = new ExperimentLog({ clock: systemClock, keyOf: userKeys(Buffer.from('secret')), tell: () => {} });
  const settings: PlanSettings = {
    router: new Router(routes),
    routes,
    routeRows: [row],
    services: [{ name: 'default', primary: {}, shadow: {}, control: undefined, rollout } as unknown as Service],
    experiments: [experiments.length === 0 ? undefined : experiments],
    mirroring: 'on',
    marker: 'marker',
    salt: mirror.salt,
    random: Math.random,
    proxies: new TrustedProxies([]),
    weights,
    now: Date.now,
  };
  const heads = Array.from({ length: USERS }, (_, user) => headOf(user));
  const clients = heads.map((_, user) => ({ address: `192.0.${user >> 8}.${user & 255}`, sender: 'client' as const }));
  let served = 0;
  const round = (): number => {
    const begun = process.threadCpuUsage();
    for (let call = 0; call < CALLS; call++) {
      const { servedBy, memberships } = planExchange(heads[call % USERS]!, clients[call % USERS]!, settings)!;
      if (servedBy === 'shadow') served++;
      if (memberships.length === 0) continue;
      log.expose(memberships);
      addArms([], memberships);
    }
    const { user, system } = process.threadCpuUsage(begun);
    return ((user + system) * 1e3) / CALLS;
  };
  for (let warming = 0; warming < 6; warming++) {
    round();
    log.renew();
  }
  const [least, , , median, , , greatest] = Array.from({ length: ROUNDS }, round).toSorted((a, b) => a - b);
  const figures = `${median!.toFixed(0)} ns (${least!.toFixed(0)}–${greatest!.toFixed(0)})`;
  console.log(
    `${name.padEnd(40)} ${figures.padEnd(24)} ${((served / CALLS / (ROUNDS + 6)) * 100).toFixed(1)} % by the shadow`,
  );
}

function headOf(user: number): ReceivedHead {
  const fields = [
    ...['Host', 'shop.example', 'User-Agent', 'Mozilla/5.0 (X11; Linux x86_64)', 'Accept', '*/*'],
    ...['Accept-Language', 'de,en;q=0.5', 'Referer', 'https://shop.example/', 'X-User', `user-${user}`],
    ...['Cookie', `${COOKIES}; uid=8c1d${user}e0-77aa`],
  ];
  return {
    method: 'GET',
    target: '/api/orders/17',
    writtenTarget: '/api/orders/17',
    authority: 'shop.example',
    version: '1.1',
    fields,
    bodyLength: 0,
    offered: '',
    body: 'sent',
    interim: 'understood',
  };
}
