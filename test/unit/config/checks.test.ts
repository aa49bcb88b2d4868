import { describe, expect, it } from 'vitest';
import { load, NOW, places, problems, warnings } from './support.ts';

describe('two listeners', () => {
  it.each([
    ['127.0.0.1:80', '127.0.0.1:80'],
    ['0.0.0.0:80', '127.0.0.1:80'],
    ['127.0.0.1:80', 'localhost:80'],
    ['"[::]:80"', '127.0.0.1:80'],
    ['"[::1]:80"', '"[0:0::1]:80"'],
  ])('can not share a port: %s and %s', (listen, admin) => {
    expect(places(`listen: ${listen}\nadmin: ${admin}`)).toEqual(['a.yaml:2:8 admin.address']);
  });

  it.each([
    ['127.0.0.1:80', '127.0.0.1:81'],
    ['127.0.0.1:0', '127.0.0.1:0'],
    ['10.0.0.1:80', '127.0.0.1:80'],
    ['127.0.0.2:80', '127.0.0.1:80'],
    ['"[::1]:80"', '127.0.0.1:80'],
  ])('can both be had: %s and %s', (listen, admin) => {
    expect(places(`listen: ${listen}\nadmin: ${admin}`)).toEqual([]);
  });

  it('the problem is where something was written, when one of the two is a default', () => {
    expect(places('listen: 127.0.0.1:9900')).toEqual(['a.yaml:1:9 admin.address']);
  });
});

describe('an admin address that others can reach', () => {
  it.each(['0.0.0.0:9900', '"[::]:9900"', '10.0.0.1:9900', 'admin.internal:9900'])('%s needs a token', (address) => {
    const result = load(`admin: ${address}`);
    expect(result).toMatchObject({ ok: false, problems: [{ line: 1, column: 8, code: 'admin_unprotected' }] });
    expect(load(`admin: {address: ${address}, token: a-token-of-20-letters}`).ok).toBe(true);
  });

  it.each(['127.0.0.1:1', '127.8.8.8:1', '"[::1]:1"', 'localhost:1', '"[::ffff:127.0.0.1]:1"'])(
    '%s is not one',
    (address) => {
      expect(load(`admin: ${address}`).ok).toBe(true);
    },
  );

  it('is no problem yet while its token is no token', () => {
    expect(places('admin: {address: 0.0.0.0:1, token: short}')).toEqual(['a.yaml:1:36 admin.token']);
  });
});

describe('a target that is Understudy itself is refused', () => {
  it.each([
    ['listen: 127.0.0.1:80\nprimary: http://127.0.0.1', 'a.yaml:2:10 primary.url'],
    ['listen: 0.0.0.0:80\nshadow: http://localhost', 'a.yaml:2:9 shadow.url'],
    ['listen: "[::]:80"\ncontrol: http://[::1]:80/', 'a.yaml:2:10 control.url'],
    ['listen: 127.0.0.1:80\nshadow: http://0.0.0.0', 'a.yaml:2:9 shadow.url'],
    ['listen: a.example:80\nshadow: {url: http://A.example}', 'a.yaml:2:15 shadow.url'],
    ['shadow: http://127.0.0.1:9900', 'a.yaml:1:9 shadow.url'],
    ['listen: 127.0.0.1:3000', 'a.yaml:1:9 primary.url'],
  ])('%s', (text, expected) => {
    expect(places(text)).toEqual([expected]);
  });

  it.each([
    'listen: 127.0.0.1:80\nshadow: http://10.0.0.1',
    'listen: 0.0.0.0:80\nshadow: http://10.0.0.1',
    'listen: 127.0.0.1:80\nshadow: http://127.0.0.1:81',
  ])('but another one is not: %s', (text) => {
    expect(places(text)).toEqual([]);
  });
});

it('a control that is the shadow is refused, since all would be noise', () => {
  expect(places('shadow: http://a\ncontrol: http://a:80/')).toEqual(['a.yaml:2:10 control.url']);
});

it('a shadow that is the primary is doubtful', () => {
  expect(warnings('primary: http://a\nshadow: http://a')).toEqual([
    expect.stringMatching(/^a\.yaml:2:9: shadow\.url: /),
  ]);
});

it('a memory that is smaller than its parts is refused, with what it would have to be', () => {
  expect(problems('mirror: {memory: 12MiB}\nedges: 2')).toEqual([
    'a.yaml:1:18: mirror.memory: too little for what it is divided into: two tapes of 1MiB and a buffer of 4MiB for each edge thread, and the examples; found 12MiB; allowed: at least 18MiB, or a smaller mirror.tape or mirror.buffer',
  ]);
  expect(places('mirror: {memory: 64MiB, buffer: 64MiB}')).toEqual(['a.yaml:1:18 mirror.memory']);
  expect(problems('mirror: {memory: 64MiB, buffer: 32MiB, tape: 4MiB}')).toEqual([]);
});

it('a body limit above the buffer is refused, globally and for a route', () => {
  expect(problems('mirror: {buffer: 1MiB, maxBody: 2MiB}')).toEqual([
    'a.yaml:1:33: mirror.maxBody: more than the mirror may hold; found 2MiB; allowed: at most mirror.buffer, 1MiB',
  ]);
  expect(places('mirror: {buffer: 1MiB}\nroutes: [{name: a, mirror: {maxBody: 2MiB}}]')).toEqual([
    'a.yaml:2:38 routes[0].mirror.maxBody',
  ]);
});

it('a shutdown whose deadline comes before the end of the grace is refused', () => {
  expect(problems('shutdown: {grace: 10s, deadline: 9s}')).toEqual([
    'a.yaml:1:34: shutdown.deadline: earlier than the end of the grace period; found 9s; allowed: at least shutdown.grace, 10s',
  ]);
});

describe('route names', () => {
  it('are given once', () => {
    expect(
      places('routes: [{name: a, match: {path: /a}}, {name: b, match: {path: /b}}, {name: a, match: {path: /c}}]'),
    ).toEqual(['a.yaml:1:77 routes[2].name']);
  });

  it.each(['default', '', 'a b', 'é', '-a', 'a"b', 'x'.repeat(65)])('can not be %j', (name) => {
    expect(places(`routes: [{name: '${name}'}]`)).toEqual(['a.yaml:1:17 routes[0].name']);
  });

  it('are at most 250', () => {
    const routes = (count: number) =>
      `routes:\n${Array.from({ length: count }, (_, n) => `- {name: r${n}, match: {path: /${n}}}\n`).join('')}`;
    expect(places(routes(250))).toEqual([]);
    expect(problems(routes(251))).toEqual([
      expect.stringMatching(/^a\.yaml:2:1: routes: more than 250 elements; found a list of 251; /),
    ]);
  });
});

describe('a route that can never match is doubtful', () => {
  const pair = (first: string, second: string) => `routes: [{name: a, match: ${first}}, {name: b, match: ${second}}]`;

  it.each([
    ['{path: /a}', '{path: /a}'],
    ['{path: "/a/:id"}', '{path: "/a/:name/"}'],
    ['{}', '{path: /a}'],
    ['{path: /*}', '{path: /a}'],
    ['{path: /api/*}', '{path: "/api/orders/:id"}'],
    ['{path: /api/*}', '{path: /api}'],
    ['{path: "/:any/*"}', '{path: /api/*}'],
    ['{path: "/:a"}', '{path: /a}'],
    ['{path: /%61}', '{path: /a}'],
    ['{host: "*.a.test"}', '{host: b.a.test}'],
    ['{host: "*.a.test"}', '{host: "*.b.a.test"}'],
    ['{path: /a}', '{path: /a, methods: [GET]}'],
    ['{methods: [GET, HEAD]}', '{methods: [HEAD]}'],
    ['{host: a}', '{host: A, headers: {x: y}}'],
    ['{headers: {x: "*"}}', '{headers: {X: y}}'],
  ])('%s hides %s', (first, second) => {
    expect(warnings(pair(first, second))).toEqual([
      expect.stringMatching(/^a\.yaml:1:\d+: routes\[1\]: never matches.*"a".*; found "b"$/),
    ]);
  });

  it.each([
    ['{path: /a}', '{path: /b}'],
    ['{path: /a}', '{path: "/:a"}'],
    ['{path: /a}', '{path: /a/*}'],
    ['{path: /a/*}', '{path: /*}'],
    ['{path: /a/*}', '{path: /ab}'],
    ['{path: "/:a/b"}', '{path: "/a/:b"}'],
    ['{path: "/:a"}', '{}'],
    ['{host: "*.a.test"}', '{host: a.test}'],
    ['{host: b.a.test}', '{host: "*.a.test"}'],
    ['{host: "*.a.test"}', '{}'],
    ['{path: /a, methods: [GET]}', '{path: /a}'],
    ['{methods: [GET]}', '{methods: [GET, HEAD]}'],
    ['{host: a}', '{host: b}'],
    ['{headers: {x: y}}', '{headers: {x: "*"}}'],
    ['{headers: {x: y}}', '{}'],
  ])('%s leaves something for %s', (first, second) => {
    expect(warnings(pair(first, second))).toEqual([]);
  });
});

it('a route whose methods are not mirrored is doubtful, unless it says that it is not', () => {
  expect(warnings('routes: [{name: a, match: {methods: [POST]}}]')).toEqual([
    'a.yaml:1:10: routes[0]: matches no mirrored method, so none of its requests is copied; found POST; mirrored: GET, HEAD',
  ]);
  expect(warnings('routes: [{name: a, match: {methods: [POST]}, mirror: false}]')).toEqual([]);
  expect(warnings('routes: [{name: a, match: {methods: [POST]}, mirror: {methods: [POST]}}]')).toEqual([]);
});

describe('a rule', () => {
  const yesterday = new Date(NOW - 86_400_000).toISOString().slice(0, 10);
  const today = new Date(NOW).toISOString().slice(0, 10);

  it('whose last day is over is doubtful, globally and for a route', () => {
    const rules = `{rules: [{path: $.a, ignore: true, until: ${yesterday}}]}`;
    expect(warnings(`compare: ${rules}`)).toEqual([
      `a.yaml:1:52: compare.rules[0]: expired, so the rule no longer applies; found "${yesterday}"`,
    ]);
    expect(warnings(`routes: [{name: a, compare: ${rules}}]`)).toEqual([
      expect.stringMatching(/^a\.yaml:1:\d+: routes\[0\]\.compare\.rules\[0\]: expired/),
    ]);
  });

  it('applies to the end of its last day', () => {
    expect(warnings(`compare: {rules: [{path: $.a, ignore: true, until: ${today}}]}`)).toEqual([]);
  });
});

it('a default that stands in for a rejected value is not held against another option', () => {
  expect(places('listen: nowhere\nshadow: http://127.0.0.1:8080\nadmin: 127.0.0.1:8080')).toEqual([
    'a.yaml:1:9 listen.address',
    'a.yaml:2:9 shadow.url',
  ]);
});

it('a rule that the comparison cannot compile is a problem at its place, and so is that of a route', () => {
  const text = `primary: http://127.0.0.1:1
shadow: http://127.0.0.1:2
compare:
  rules:
    - {path: $.a, ignore: true}
    - {path: $.b, ignore: true}
routes:
  - name: r
    match: {path: /r}
    compare:
      rules:
        - {path: $.b, as: uuid}
`;
  const tryRule = ({ path }: { path?: string }) => {
    if (path === '$.b') throw new Error('no engine takes it');
  };
  expect(problems(text, { tryRule })).toEqual([
    'a.yaml:6:7: compare.rules[1]: a rule that cannot be compiled; found no engine takes it; allowed: a rule that the comparison can apply',
    'a.yaml:12:11: routes[0].compare.rules[0]: a rule that cannot be compiled; found no engine takes it; allowed: a rule that the comparison can apply',
  ]);
});
