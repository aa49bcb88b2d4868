import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { proposalText } from '../../../src/compare/proposals/proposal-text.ts';
import { proposeRules } from '../../../src/compare/proposals/propose.ts';
import type { RecordedExchange } from '../../../src/model/finding.ts';
import { config } from '../config/support.ts';
import { comparePair, type ResponseParts } from './pair.ts';
import { type RecordedPair, recordedJson, recordedPair } from './recorded-pair.ts';

/** The rules that are proposed, each as one line. */
function rulesFor(examples: readonly RecordedExchange[]): string[] {
  return (proposalText(examples) ?? '').match(/^ *- \{(?!path: \/).*\}$/gm)?.map((line) => line.trim().slice(2)) ?? [];
}

/** What still differs when the proposal for some pairs is put into a configuration, and others are compared under it. */
function leftOver(pairs: readonly RecordedPair[], others: readonly (readonly [ResponseParts, ResponseParts])[]) {
  const text = proposalText(pairs.map(recordedPair))!;
  const { rules } = config(text.replace('- name: orders', '- name: orders\n    match: {path: /orders}')).routes[0]!
    .compare;
  return others.map(([left, right]) =>
    comparePair(left, right, { rules }).differences.map(({ kind, path }) => `${kind} ${path}`),
  );
}

const json = (value: unknown): ResponseParts => ({ type: 'application/json', body: JSON.stringify(value) });
const text = (body: string): ResponseParts => ({ type: 'text/plain', body });
const HASH = (digit: string) => digit.repeat(64);
const LONG = 'abcdefghij '.repeat(40);

describe('the narrowest rule', () => {
  it('is not tried on a value of megabytes, which would take a minute', () => {
    const huge = 'abcdefghij '.repeat(300_000);
    expect(rulesFor([recordedJson({ a: `${huge}1` }, { a: `${huge}2` })])).toEqual([]);
    expect(rulesFor([recordedPair({ left: text(`${huge}1`), right: text(`${huge}2`) })])).toEqual([]);
  });

  it.each<readonly [left: unknown, right: unknown, ...rules: string[]]>([
    [{ a: 'x' }, { a: 'X' }, '{path: $.a, anyCase: true}'],
    [{ a: null }, {}, '{path: $.a, emptyIsMissing: true}'],
    [{ a: '2026-11-22T10:00:00Z' }, { a: '2026-11-22T10:00:01.5Z' }, '{path: $.a, as: timestamp, within: 2s}'],
    [{ a: '2026-11-22T10:00:00Z' }, { a: '2020-11-22T10:00:01Z' }, '{path: $.a, as: timestamp}'],
    [{ a: 100 }, { a: 100.4 }, '{path: $.a, within: 0.4%}'],
    [{ a: 0.1 }, { a: 0.2 }, '{path: $.a, within: 0.1}'],
    [{ a: 1 }, { a: 1000 }, '{path: $.a, as: number}'],
    [
      { a: '0b4ec1a4-3f3b-4c0e-9d0c-0a6f2f3b1c11' },
      { a: '018f4e3c-7a51-7cc2-8a90-5b6f0e1d2c3b' },
      '{path: $.a, as: uuid}',
    ],
    [{ a: 'ref_1234567' }, { a: 'ref_7654321' }, '{path: $.a, as: token}'],
    [{ a: 'some words' }, { a: 'other words' }, '{path: $.a, mask: "\\\\b(?:other|some)\\\\b"}'],
    [{ a: 'words' }, { a: 'phrase' }, '{path: $.a, as: string}'],
    [{ a: 1 }, { a: 'one' }, '{path: $.a, ignore: type}'],
    [{ a: 1 }, {}, '{path: $.a, ignore: removed}'],
    [{ o: { a: 1, b: 2 } }, { o: { c: 1, b: 2 } }, '{path: $.o.a, ignore: removed}', '{path: $.o.c, ignore: added}'],
    [{ o: { a: true } }, { o: { c: true } }, '{path: $.o.a, ignore: removed}', '{path: $.o.c, ignore: added}'],
    [{ o: { a: 'Ada Lovelace' } }, { o: { c: 'Ada Lovelace' } }, '{path: $.o.a, rename: c}'],
    [{ o: { a: 123456 } }, { o: { c: 123456 } }, '{path: $.o.a, rename: c}'],
    [{ a: [1, 2] }, { a: [2, 1] }, '{path: $.a, unordered: true}'],
    [{ a: [1, 2, 3, 4] }, { a: [4, 1, 2, 3, 5] }, '{path: $.a, unordered: true}', '{path: "$.a[*]", ignore: added}'],
    [{ 'a b': ['x'] }, { 'a b': ['X'] }, `{path: "$['a b'][*]", anyCase: true}`],
    [{ items: [{ price: 1 }] }, { items: [{ price: 1 }, { price: 2 }] }, '{path: "$.items[*]", ignore: added}'],
    [{ a: 'https://a.test/orders/7' }, { a: 'https://b.test/orders/7' }, '{path: $.a, as: url, except: [origin]}'],
    [{ a: '/packages/a.gz#md5=5b52' }, { a: '/packages/a.gz#sha256=9c1f' }, '{path: $.a, as: url, except: [fragment]}'],
    [{ a: 'build 17 of 3' }, { a: 'build 18 of 3' }, '{path: $.a, mask: "[0-9]+"}'],
    [{ a: `${LONG}1` }, { a: `${LONG}2` }, '{path: $.a, mask: "[0-9]+"}'],
    ['{"a":1,"a":1}', '{"a":1}', '{path: $.a, ignore: duplicate_key}'],
  ])('for %j and %j', (left, right, ...rules) => {
    expect(rulesFor([recordedJson(left, right)]).toSorted()).toEqual(rules.toSorted());
  });

  it.each<readonly [name: string, left: ResponseParts, right: ResponseParts, rule: string]>([
    ['a status', { status: 500 }, { status: 400 }, '{status: [500, 400]}'],
    ['a header', { fields: ['X-A', 'one'] }, { fields: ['X-A', 'two'] }, '{header: x-a, as: string}'],
    ['a new header', {}, { fields: ['X-A', 'one'] }, '{header: x-a, ignore: added}'],
    ['a header that is gone', { fields: ['X-A', 'one'] }, {}, '{header: x-a, ignore: removed}'],
    [
      "a cookie's attribute",
      { fields: ['Set-Cookie', 'sid=1; Path=/a'] },
      { fields: ['Set-Cookie', 'sid=1; Path=/b'] },
      '{header: "set-cookie[sid].path", as: url}',
    ],
    [
      'an attribute that a cookie gained',
      { fields: ['Set-Cookie', 'sid=1'] },
      { fields: ['Set-Cookie', 'sid=1; HttpOnly'] },
      '{header: "set-cookie[sid].httponly", ignore: added}',
    ],
    ['a coding', { fields: ['Content-Encoding', 'identity'] }, {}, '{header: content-encoding, ignore: encoding}'],
    ['a charset', { type: 'text/html' }, { type: 'text/html; charset=utf-8' }, '{header: content-type, charset: true}'],
    ['a byte order mark', text('\ufeffa'), text('a'), '{path: $, byteOrderMark: true}'],
    ['a line', text('page not found'), text('page never found'), '{path: $, mask: "\\\\b(?:never|not)\\\\b"}'],
    ['a number in a line', text('took 12 ms'), text('took 345 ms'), '{path: $, mask: "[0-9]+"}'],
    ['a line more', text('a\nb\n'), text('a\nnew\nb\n'), '{path: $, ignore: added}'],
    ['line ends', text('a\nb\n'), text('a\r\nb\r\n'), '{path: $, ignore: encoding}'],
    [
      'a form',
      { type: 'application/x-www-form-urlencoded', body: 'a=1&b=x' },
      { type: 'application/x-www-form-urlencoded', body: 'a=1&b=X' },
      '{path: $.b, anyCase: true}',
    ],
    [
      'a table',
      { type: 'text/csv', body: 'a,b\n1,x\n' },
      { type: 'text/csv', body: 'a,b\n1,X\n' },
      '{path: "$.rows[*].b", anyCase: true}',
    ],
    [
      'bytes',
      { type: 'image/png', body: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1]) },
      { type: 'image/png', body: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 2]) },
      '{path: $, ignore: bytes}',
    ],
  ])('for %s', (_, left, right, rule) => {
    expect(rulesFor([recordedPair({ left, right })])).toContain(rule);
    expect(leftOver([{ left, right }], [[left, right]])).toEqual([[]]);
  });

  it('fits all examples of a place', () => {
    const states = ['new', 'open', 'open'].map((state) => recordedJson({ state }, { state: 'closed' }));
    expect(rulesFor(states)).toEqual(['{path: $.state, oneOf: [closed, new, open]}']);
    const prices = [100.4, 101, 99].map((price) => recordedJson({ price: 100 }, { price }));
    expect(rulesFor(prices)).toEqual(['{path: $.price, within: 1%}']);
  });

  it('pins no hashes, ids and tokens', () => {
    const hashes = ['a', 'b', 'c'].map((digit) => recordedJson({ h: HASH(digit) }, { h: HASH('d') }));
    expect(rulesFor(hashes).join()).not.toContain('oneOf');
    const ids = ['usr_8fk2m1', 'usr_9ab3x2', 'usr_1zz9p0'].map((id) => recordedJson({ id }, { id: 'usr_4qq7r3' }));
    expect(rulesFor(ids).join()).not.toContain('oneOf');
    const secrets = ['one', 'two', 'three'].map((password) => recordedJson({ password }, { password: 'four' }));
    expect(rulesFor(secrets).join()).not.toMatch(/oneOf|~token/);
  });
});

describe('a proposal', () => {
  it('accepts an added element and no other price', () => {
    const items = (...prices: number[]) => json({ items: prices.map((price) => ({ price })) });
    expect(
      leftOver(
        [{ left: items(1), right: items(1, 2) }],
        [
          [items(1), items(1, 7)],
          [items(1), items(999)],
        ],
      ),
    ).toEqual([[], ['value $.items[*].price']]);
  });

  it('holds for values that differ beyond what is shown of them', () => {
    const [left, right] = [json({ a: `${'a b '.repeat(100)}one` }), json({ a: `${'a b '.repeat(100)}two` })];
    expect(leftOver([{ left, right }], [[left, right]])).toEqual([[]]);
  });

  it('is made of the values before they were redacted', () => {
    const pairs = [
      { left: json({ password: 'Secret1' }), right: json({ password: 'sECRET1' }) },
      { left: json({ password: 'hunter2' }), right: json({ password: 'Hunter2' }) },
    ];
    const proposal = proposalText(pairs.map(recordedPair))!;
    expect(proposal).toContain('# accepts all 2 examples\n');
    expect(proposal).toContain('- {path: $.password, anyCase: true}');
    expect(proposal).not.toMatch(/secret1|hunter2/i);
    expect(leftOver(pairs, [[pairs[0]!.left, pairs[0]!.right]])).toEqual([[]]);
  });

  it('for a cookie is made of its value, and about nothing else', () => {
    const cookie = (value: string): ResponseParts => ({ fields: ['Set-Cookie', `sid=${value}; Path=/`] });
    const pair = { left: cookie('a8f3k2m9x1'), right: cookie('q7w2e9r4t1') };
    expect(rulesFor([recordedPair(pair)])).toEqual(['{header: "set-cookie[sid]", as: token}']);
    const short = { left: cookie('a'), right: cookie('b') };
    expect(rulesFor([recordedPair(short)])).toEqual(['{header: "set-cookie[sid]", as: string}']);
    expect(leftOver([short], [[short.left, short.right]])).toEqual([[]]);
  });

  it('tells nothing of a secret, not even how far two are apart', () => {
    const { differences } = recordedJson(
      { pin: 4711 },
      { pin: 4712 },
      { redact: { headers: [], paths: ['$.pin'], query: [] } },
    );
    expect(JSON.stringify(differences)).not.toMatch(/471|distance|share/);
    expect(differences[0]?.fits?.effects).toContain('number');
  });

  it('says what it was tried on, what it would have accepted, and what it hides', () => {
    const examples = ['Ada', 'Bob', 'Cyd', 'Dan', 'Eve'].map((name) => recordedJson({ name }, { name: `${name}son` }));
    expect(proposalText(examples)).toBe(`routes:
  - name: orders # the existing route
    compare:
      rules:
        # value at $.name: "Ada" → "Adason", "Bob" → "Bobson", "Cyd" → "Cydson", and 2 more
        # accepts all 5 examples
        # hides every text there, mistakes too; give a reason, an owner and a last day
        - {path: $.name, as: string}
`);
  });

  it('says of a list of values that it hides which of them it is', () => {
    const examples = [3, 15, 7].map((stock) => recordedJson({ stock }, { stock: -1 }));
    expect(proposalText(examples)).toContain(`
        # hides which of these it is: a wrong one is accepted too
        - {path: $.stock, oneOf: ["-1", "15", "3", "7"]}
`);
  });

  it('tells of each rule which examples it accepts, and what these show', () => {
    const examples = [1, 2, 3].map((total) => recordedJson({ total, id: 7 }, { total: total + 0.001, id: 7 }));
    const proposals = proposeRules([...examples, recordedJson({ total: 1, id: 7 }, { total: 1, id: '7' })])!;
    expect(proposals.rules).toEqual([
      {
        about: 'value at $.total',
        seen: ['1 → 1.001', '2 → 2.001', '3 → 3.001'],
        rule: '{path: $.total, within: 0.1%}',
        accepts: [
          { example: 0, shows: ['1 → 1.001'] },
          { example: 1, shows: ['2 → 2.001'] },
          { example: 2, shows: ['3 → 3.001'] },
        ],
        untried: [],
      },
      expect.objectContaining({ about: 'type at $.id', accepts: [{ example: 3, shows: ['7 → "7"'] }] }),
    ]);
  });

  it('says which examples could not be tried', () => {
    const cut = recordedJson({ a: 'x', long: 'y'.repeat(70_000) }, { a: 'X', long: 'y'.repeat(70_000) });
    const old = { ...cut, differences: cut.differences.map(({ fits: _, ...rest }) => ({ ...rest, left: '"x…' })) };
    expect(proposalText([recordedJson({ a: 'x' }, { a: 'X' }), old])).toContain(
      '# accepts 1 of 2 examples; 1 could not be tried: the values were redacted or cut\n',
    );
    expect(proposalText([old])).toContain('# no rule could be proposed: too little of the values is left to try one\n');
  });

  it('is YAML, whatever the values are', () => {
    const nasty = ['"', "'", '\n- {path: $}', '#', ': ', '\u0000', '…'.repeat(300), '~token:0~'];
    for (const value of nasty) {
      const proposal = proposalText([recordedJson({ a: value, [value]: 1 }, { a: 1, [value]: 2 })])!;
      const { routes } = parse(proposal) as { routes: { compare: { rules: { path: string }[] } }[] };
      expect(routes[0]!.compare.rules.every(({ path }) => path.startsWith('$'))).toBe(true);
    }
  });

  it('does not exist where the comparison gave up, nor without a difference', () => {
    const example = recordedJson({ a: 1 }, { a: 1 });
    expect(proposalText([example])).toBeUndefined();
    const proposal = proposalText([{ ...example, differences: [{ path: '$', kind: 'budget' }] }]);
    expect(proposal).toContain('# no rule can accept this\n');
  });
});

describe('the place of a proposal', () => {
  const header = (route: string, targets: readonly string[] = ['/a'], method = 'GET') =>
    proposalText(targets.map((target) => recordedJson({ a: 1 }, { a: 2 }, { route, target, method })))!.split('\n');

  it.each([
    ['GET /users/:id', '  - name: GET/users/:id', '    match: {path: "/users/:id", methods: [GET]}'],
    ['GET /users/{userId}', '  - name: GET/users/:userId', '    match: {path: "/users/:userId", methods: [GET]}'],
    ['POST /reports/{id}.json', '  - name: POST/reports/:id', '    match: {path: "/reports/:id", methods: [POST]}'],
    ['GET /', '  - name: GET/', '    match: {path: "/", methods: [GET]}'],
  ])('is a new route for one that nobody configured: %s', (route, name, match) => {
    const lines = header(route);
    expect(lines.slice(0, 3)).toEqual([
      'routes:',
      `${name} # a new route: requests that it matches are reported under it`,
      match,
    ]);
    expect(config(lines.join('\n')).routes[0]!.compare.rules).toHaveLength(1);
  });

  it('is the route that is there, or the one that others come of', () => {
    expect(header('orders')[1]).toBe('  - name: orders # the existing route');
    expect(header('shop GET /shop/:id')[1]).toBe('  - name: shop # the existing route');
  });

  it('is in the service of the examples, so that no other service has the rule', () => {
    const lines = (route: string) =>
      proposalText([
        { ...recordedJson({ a: 1 }, { a: 2 }, { route, target: '/a', method: 'GET' }), service: 'users' },
      ])!;
    expect(lines('orders')).toContain('  - name: orders # the existing route\n    service: "users"\n');
    expect(lines('GET /users/:id')).toMatch(
      /- name: GET\/users\/:id # a new route.*\n {4}service: "users"\n {4}match: /,
    );
  });

  it('says where a new route is wider than what was reported', () => {
    expect(header('POST /graphql GetUser')[0]).toBe('# holds for all operations of /graphql, not for GetUser alone');
  });

  it('of the default route is what was asked for, or else all routes', () => {
    expect(header('default', ['/old?a=1', '/old?a=2']).slice(1, 3)).toEqual([
      '  - name: GET/old # a new route: requests that it matches are reported under it',
      '    match: {path: "/old", methods: [GET]}',
    ]);
    const lines = header('default', ['/one', '/two']);
    expect(lines[0]).toMatch(/^# holds for all routes/);
    expect(config(lines.join('\n')).routes.at(-1)!.compare.rules).toHaveLength(1);
  });
});
