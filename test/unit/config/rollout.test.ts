import { describe, expect, it } from 'vitest';
import { redactConfig } from '../../../src/config/redact.ts';
import { config, problems, warnings } from './support.ts';

const ISSUE = `
rollout:
  steps: [1%, 5%, 25%, 50%, 100%]
  hold: 15m
  advance: verdict
  sticky: [{cookie: uid}, {header: X-User-Id}, address]
  salt: release-2026-12
  cohorts:
    - {name: staff, when: {header: {X-Role: staff}}, serves: shadow}
    - {name: holdout, when: {cookie: {beta: "no", seen: "*"}}, serves: primary}
  override: {header: x-understudy-serve, secret: a-secret-of-many-characters}
  trip: {errors: 2%, window: 30s, p99: 800ms, health: {path: /healthz, interval: 2s, failures: 3}}
  writes: allowed
  hooks: {before: https://hooks.test/before, rollback: {url: https://hooks.test/T0, headers: {x-key: hunter2}}}
`;

const rollout = (text: string) => config(text).services[0]!.rollout;

describe('a rollout', () => {
  it('is read with its steps, keys, cohorts and trips', () => {
    expect(rollout(ISSUE)).toMatchObject({
      steps: [0.01, 0.05, 0.25, 0.5, 1],
      hold: 900_000,
      advance: 'verdict',
      sticky: [{ by: 'cookie', name: 'uid' }, { by: 'header', name: 'x-user-id' }, { by: 'address' }],
      cohorts: [
        { name: 'staff', when: { header: [{ name: 'x-role', value: 'staff' }], cookie: [] }, serves: 'shadow' },
        {
          name: 'holdout',
          when: { header: [], cookie: [{ name: 'beta', value: 'no' }, { name: 'seen' }] },
          serves: 'primary',
        },
      ],
      trip: { errors: 0.02, window: 30_000, p99: 800, health: { path: '/healthz', interval: 2000, failures: 3 } },
      hooks: { before: { url: 'https://hooks.test/before', timeout: 10_000 } },
    });
  });

  it('is none where none is written', () => {
    expect(rollout('')).toBeUndefined();
    expect(config('').routes[0]).toMatchObject({ candidateMayServe: 'nothing', reverseMethods: [] });
  });

  it('gives the decision to the file where its weight is a percentage', () => {
    expect(rollout('rollout: {weight: 5%}')).toMatchObject({ weight: 0.05 });
    expect(rollout('rollout: {}')).not.toHaveProperty('weight');
  });

  it('keeps its secrets when it is shown', () => {
    const shown = JSON.stringify(redactConfig(config(ISSUE)));
    expect(shown).not.toMatch(/a-secret-of-many|hunter2|hooks\.test/);
    expect(shown).toContain('release-2026-12');
  });

  it('belongs to each of several services', () => {
    const { services } = config(
      'services: {a: {match: {}, primary: http://a, shadow: http://x, rollout: {weight: 5%}}, b: {primary: http://b}}',
    );
    expect(services.map(({ rollout }) => rollout?.weight)).toEqual([0.05, undefined]);
  });

  it('lets the candidate serve reads, and writes where the rollout or the route says so', () => {
    const routes = `
routes:
  - {name: own, match: {path: /own}, rollout: {writes: allowed, reverse: {methods: [GET, POST]}}}
  - {name: never, match: {path: /never}, rollout: false}
  - {name: plain, match: {path: /plain}}`;
    const of = (text: string) => config(text).routes.map(({ candidateMayServe }) => candidateMayServe);
    expect(of(`rollout: {}${routes}`)).toEqual(['all', 'nothing', 'reads', 'reads']);
    expect(of(`rollout: {writes: allowed}${routes}`)).toEqual(['all', 'nothing', 'all', 'all']);
    expect(config(`rollout: {}${routes}`).routes.map(({ reverseMethods }) => reverseMethods)).toEqual([
      ['GET', 'POST'],
      [],
      ['GET', 'HEAD'],
      ['GET', 'HEAD'],
    ]);
  });
});

describe.each([
  ['steps: [5%, 1%, 100%]', 'rollout.steps: not ascending; found a list of 3'],
  ['steps: [5%, 50%]', 'rollout.steps: not up to 100%; found a list of 2'],
  ['steps: [0.015%, 100%]', 'rollout.steps: a step between two hundredths of a percent'],
  ['weight: 0.005%', 'rollout.weight: '],
  ['weight: 5', 'rollout.weight: '],
  ['sticky: [{cookie: uid, header: x-user}]', 'rollout.sticky[0]: not exactly one of header, cookie'],
  [
    'cohorts: [{name: all, when: {}, serves: shadow}]',
    'rollout.cohorts[0].when: no condition, so that all users would belong',
  ],
  ['override: {header: x-serve}', 'rollout.override.secret: missing'],
  ['weight: 5%, hold: 5m', 'rollout.hold: not used where weight is a percentage'],
  [
    'weight: 5%, hooks: {before: "https://hooks.test/before", after: "https://hooks.test/after"}',
    'rollout.hooks.before: not used where weight is a percentage; found both; allowed: hooks.before together with weight: steps',
  ],
])('a rollout of %s', (text, message) => {
  it('is refused in words', () => {
    expect(problems(`rollout: {${text}}`)).toEqual([expect.stringContaining(message)]);
  });
});

it('a rollout without a store that lasts is warned of, since its rollbacks would not outlive the process', () => {
  expect(warnings('rollout: {}\nstore: ":memory:"')).toEqual([
    expect.stringMatching(/^a\.yaml:2:8: store\.path: lost when the process ends, and a rollback with it/),
  ]);
  expect(warnings('store: ":memory:"')).toEqual([]);
  expect(warnings('rollout: {}\nstore: ./a.db')).toEqual([]);
});

it('a rollout needs a shadow', () => {
  expect(problems('shadow: none\nrollout: {weight: 5%}')).toEqual([
    expect.stringContaining('a.yaml:2:10: rollout: there is no shadow to roll out'),
  ]);
  expect(problems('services: {a: {primary: http://a, rollout: {}}}')).toEqual([
    expect.stringContaining('services.a.rollout: there is no shadow to roll out'),
  ]);
});

it('a rollout is not written both at the top and beside services', () => {
  expect(problems('rollout: {}\nservices: {a: {primary: http://a}}')).toEqual([
    expect.stringContaining('rollout: not allowed together with services in line 2'),
  ]);
});
