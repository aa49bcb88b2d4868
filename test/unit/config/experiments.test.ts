import { describe, expect, it } from 'vitest';
import { redactConfig } from '../../../src/config/redact.ts';
import { config, load, problems } from './support.ts';

const TWO = 'arms: [{name: a, share: 50%}, {name: b, share: 50%}]';

const WHOLE = `
routes:
  - {name: checkout, match: {path: /checkout}}
  - {name: order, match: {path: /order}}
experiments:
  - name: button
    arms:
      - {name: control, share: 40%}
      - {name: green, share: 40%, header: {X-Flag: green}}
      - {name: build, share: 10%, target: http://127.0.0.1:4000}
    sticky: [{cookie: uid}]
    when: {header: {X-Country: de}}
    cohorts: [{name: staff, when: {cookie: {staff: "*"}}, arm: green}]
    routes: [checkout]
    goals:
      - {name: purchase, kind: conversion, route: order}
      - {name: revenue, kind: mean, route: order, header: X-Total}
      - {name: survey, kind: mean, event: survey}
`;

const ranges = (shares: readonly string[]) => {
  const arms = shares.map((share, index) => `{name: arm${index}, share: ${share}}`).join(', ');
  const [experiment] = config(`experiments: [{name: e, arms: [${arms}]}]`).services[0]!.experiments;
  return experiment!.arms.map(({ from, to }) => [from, to]);
};

it('an option of the top level within an experiment is told to belong there', () => {
  expect(problems('experiments: [{exposure: {url: http://a}}]')).toContainEqual(
    expect.stringContaining('1:16: unknown key in experiments[0]; found "exposure" (it belongs at the top level)'),
  );
});

describe('an experiment', () => {
  it('is read with its arms, users, routes and goals', () => {
    expect(config(WHOLE).services[0]!.experiments).toMatchObject([
      {
        name: 'button',
        salt: 'button',
        sticky: [{ by: 'cookie', name: 'uid' }],
        when: { header: [{ name: 'x-country', value: 'de' }], cookie: [] },
        cohorts: [{ name: 'staff', arm: 'green' }],
        routes: ['checkout'],
        arms: [
          { name: 'control', header: {} },
          { name: 'green', header: { 'x-flag': 'green' } },
          { name: 'build', target: { host: '127.0.0.1', port: 4000, connections: 10_000 } },
        ],
        goals: [
          { name: 'purchase', kind: 'conversion', source: { by: 'response', route: 'order' } },
          { name: 'revenue', kind: 'mean', source: { by: 'header', route: 'order', header: 'x-total' } },
          { name: 'survey', kind: 'mean', source: { by: 'event', event: 'survey' } },
        ],
      },
    ]);
  });

  it('is none where none is written', () => {
    expect(config('').services[0]!.experiments).toEqual([]);
    expect(config('services: {a: {primary: http://a}}').services[0]!.experiments).toEqual([]);
  });

  it('belongs to one of several services, with its routes', () => {
    const text = (service: string) =>
      `services: {a: {match: {}, primary: http://a}, b: {primary: http://b, experiments: [{name: e, ${TWO}, routes: [order]}]}}\nroutes: [{name: order, service: ${service}, match: {path: /order}}]`;
    expect(config(text('b')).services.map(({ experiments }) => experiments.length)).toEqual([0, 1]);
    expect(problems(text('a'))).toEqual([
      expect.stringContaining('services.b.experiments[0].routes[0]: no route of that name in the service'),
    ]);
  });

  it('keeps all users in their arms while the shares grow at the same ratio', () => {
    for (const [small, large] of [
      [
        ['10%', '10%'],
        ['50%', '50%'],
      ],
      [
        ['1%', '2%', '3%'],
        ['16%', '32%', '48%'],
      ],
      [
        ['0.03%', '0.01%'],
        ['75%', '25%'],
      ],
    ] as const) {
      const [few, many] = [ranges(small), ranges(large)];
      for (const [arm, [from, to]] of few.entries()) {
        expect(from).toBeGreaterThanOrEqual(many[arm]![0]!);
        expect(to).toBeLessThanOrEqual(many[arm]![1]!);
      }
    }
  });

  it('gives each arm exactly its share, without overlap', () => {
    expect(ranges(['50%', '50%'])).toEqual([
      [0, 5000],
      [5000, 10_000],
    ]);
    const odd = ranges(['33.33%', '33.33%', '33.33%']);
    expect(odd.map(([from, to]) => to! - from!)).toEqual([3333, 3333, 3333]);
    expect(odd[0]![1]).toBeLessThanOrEqual(odd[1]![0]!);
    expect(odd[1]![1]).toBeLessThanOrEqual(odd[2]![0]!);
    expect(ranges(['0%', '10%'])).toEqual([
      [0, 0],
      [0, 1000],
    ]);
  });

  it('has connections to the targets of its arms within the limit of descriptors', () => {
    const limited = config(WHOLE, { descriptorLimit: { limit: 4096, open: 50 } });
    const { target } = limited.services[0]!.experiments[0]!.arms[2]!;
    expect(target!.connections).toBe(limited.primary.connections);
    expect(target!.connectionsBy).toBe('descriptors');
  });
});

describe.each([
  ['arms: [{name: a, share: 50%}]', 'experiments[0].arms: nothing to compare'],
  ['arms: [{name: a, share: 60%}, {name: b, share: 50%}]', 'experiments[0].arms: more than 100% together'],
  ['arms: [{name: a, share: 0%}, {name: b, share: 0%}]', 'experiments[0].arms: no share above 0%'],
  ['arms: [{name: a, share: 50%}, {name: a, share: 50%}]', 'experiments[0].arms: a twice'],
  ['arms: [{name: a, share: 0.005%}, {name: b, share: 50%}]', 'experiments[0].arms[0].share: between two hundredths'],
  ['arms: [{name: "a,b", share: 10%}, {name: b, share: 50%}]', 'experiments[0].arms[0].name: not the name of an arm'],
  [
    'arms: [{name: a, share: 50%, target: "http://a:1"}, {name: b, share: 50%}]',
    'experiments[0].arms: the baseline has a target',
  ],
  [
    'arms: [{name: a, share: 50%}, {name: b, share: 50%, target: "http://127.0.0.1:3001"}]',
    "experiments[0].arms[1].target: the shadow's address",
  ],
  [
    'arms: [{name: a, share: 50%}, {name: b, share: 50%, target: "http://127.0.0.1:9900"}]',
    "experiments[0].arms[1].target.url: this is Understudy's own address (admin)",
  ],
  [
    'arms: [{name: a, share: 50%}, {name: b, share: 50%, header: {X-Forwarded-For: me}}]',
    'a header that Understudy sets itself',
  ],
  [
    'arms: [{name: a, share: 50%}, {name: b, share: 50%, header: {x-user: me}}], sticky: [{header: X-User}]',
    'experiments[0].arms[1].header: the header that tells users apart',
  ],
  [`${TWO}, routes: [nowhere]`, 'experiments[0].routes[0]: no route of that name in the service; found "nowhere"'],
  [`${TWO}, goals: [{name: g, kind: conversion, route: nowhere}]`, 'experiments[0].goals[0].route: no route'],
  [
    `${TWO}, goals: [{name: g, kind: conversion, route: POST /orders}]`,
    'not a name such as POST /orders, which is given to endpoints without a route: describe them under routes',
  ],
  [`${TWO}, goals: [{name: g, kind: mean, route: default}]`, 'experiments[0].goals[0]: a mean of nothing'],
  [`${TWO}, goals: [{name: g, kind: conversion}]`, 'experiments[0].goals[0]: not exactly one of route, event'],
  [
    `${TWO}, goals: [{name: g, kind: conversion, route: default, header: x}]`,
    'experiments[0].goals[0].header: not used by a conversion',
  ],
  [`${TWO}, goals: [{name: g, kind: conversion, event: e}, {name: g, kind: mean, event: e}]`, 'goals: g twice'],
  [`${TWO}, cohorts: [{name: c, when: {cookie: {x: y}}, arm: c}]`, 'experiments[0].cohorts: no arm c for c'],
])('an experiment with %s', (text, message) => {
  it('is refused in words', () => {
    expect(problems(`experiments: [{name: e, ${text}}]`)).toEqual([expect.stringContaining(message)]);
  });
});

const flagged = (name: string, header: string, more = '') =>
  `{name: ${name}, arms: [{name: a, share: 50%}, {name: b, share: 50%, header: {${header}: on}}]${more}}`;
const built = (name: string, port: number) =>
  `{name: ${name}, arms: [{name: a, share: 50%}, {name: b, share: 50%, target: "http://127.0.0.1:${port}"}]}`;

describe('two experiments of a service', () => {
  it.each([
    ['one name', `${flagged('e', 'x-a')}, ${flagged('e', 'x-b')}`, 'experiments[1].name: another experiment'],
    ['one header', `${flagged('e', 'x-a')}, ${flagged('f', 'X-A')}`, 'the experiment "e" sets this header, too'],
    ['targets', `${built('e', 4000)}, ${built('f', 4001)}`, 'the experiment "e" has targets, too'],
  ])('are refused if both have %s', (_, text, message) => {
    expect(problems(`experiments: [${text}]`)).toEqual([expect.stringContaining(message)]);
  });

  it('are warned of if both have one salt, as is an experiment with the salt of the rollout', () => {
    const warnings = (text: string) => {
      const loaded = load(text);
      return loaded.ok ? loaded.warnings.map(({ message }) => message) : loaded.problems;
    };
    expect(warnings(`experiments: [${flagged('e', 'x-a', ', salt: s')}, ${flagged('f', 'x-b', ', salt: s')}]`)).toEqual(
      [expect.stringContaining('experiments[1].salt: the same as that of "e"')],
    );
    expect(warnings(`rollout: {salt: s}\nexperiments: [${flagged('e', 'x-a', ', salt: s')}]`)).toEqual([
      expect.stringContaining('the same as that of the rollout'),
    ]);
    expect(warnings(`rollout: {}\nexperiments: [${flagged('e', 'x-a')}, ${flagged('f', 'x-b')}]`)).toEqual([]);
  });
});

it('an experiment with a target is refused beside a rollout', () => {
  expect(problems(`rollout: {}\nexperiments: [${built('e', 4000)}]`)).toEqual([
    expect.stringContaining('there is a rollout, which decides who serves'),
  ]);
});

it('experiments are not written both at the top and beside services', () => {
  expect(problems(`experiments: [${flagged('e', 'x-a')}]\nservices: {a: {primary: http://a}}`)).toEqual([
    expect.stringContaining('experiments: not allowed together with services in line 2'),
  ]);
});

describe('where exposures are sent', () => {
  it('may be a URL alone, which is never shown', () => {
    const loaded = config('exposure: https://hooks.test/secret');
    expect(loaded.exposure).toMatchObject({ window: 5000, timeout: 5000 });
    expect(JSON.stringify(redactConfig(loaded))).not.toContain('hooks.test');
  });

  it('takes a project key with the format posthog alone, and needs it there', () => {
    expect(problems('exposure: {url: https://hooks.test/, format: posthog}')).toEqual([
      expect.stringContaining('exposure.format: no projectKey'),
    ]);
    expect(problems('exposure: {url: https://hooks.test/, projectKey: phc_1}')).toEqual([
      expect.stringContaining('exposure.projectKey: not used by this format'),
    ]);
  });
});
