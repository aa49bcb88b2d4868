/** That each target says its own origin is no difference. */
import { describe, expect, it } from 'vitest';
import { makeComparator } from '../../../src/compare/comparator.ts';
import type { ComparedTarget } from '../../../src/config/compared-targets.ts';
import { comparePair, defaults, lines, type ResponseParts, response, stillClock } from './pair.ts';

const target = (...origins: string[]): ComparedTarget => ({ origins, set: {}, remove: [] });
const targets = {
  primary: target('https://a.internal'),
  shadow: target('https://b.internal:8443', 'http://10.0.0.7:8080', 'http://next'),
  control: target('https://c.internal'),
};

const differences = (left: ResponseParts, right: ResponseParts) =>
  lines(comparePair(left, right, { targets }).differences);
const json = (value: unknown): ResponseParts => ({ type: 'application/json', body: JSON.stringify(value) });

describe('in a value', () => {
  it.each([
    ['https://a.internal/orders/7', 'https://b.internal:8443/orders/7'],
    ['https://a.internal/orders/7', 'http://10.0.0.7:8080/orders/7'],
    ['https://a.internal/orders/7', 'http://next/orders/7'],
    ['https://a.internal/orders/7', 'http://next:80/orders/7'],
    ['https://a.internal:443/orders/7', 'https://b.internal:8443/orders/7'],
    ['HTTPS://A.Internal/x', 'https://B.INTERNAL:8443/x'],
    ['https://a.internal', 'https://b.internal:8443'],
    ['wss://a.internal/feed', 'wss://b.internal:8443/feed'],
    ['wss://a.internal/feed', 'ws://10.0.0.7:8080/feed'],
    ['//a.internal/x.js', '//b.internal:8443/x.js'],
    ['a.internal', 'b.internal:8443'],
    ['a.internal:443', 'b.internal:8443'],
    ['served by a.internal.', 'served by b.internal.'],
    ['https://me@a.internal/x', 'https://me@b.internal:8443/x'],
    ['/login?next=https%3A%2F%2Fa.internal%2F', '/login?next=https%3A%2F%2Fb.internal%3A8443%2F'],
    ['/login?next=https%3a%2f%2fa.internal', '/login?next=https%3a%2f%2fb.internal%3a8443'],
    ['/a?n=%2Fb%3Fr%3Dhttps%253A%252F%252Fa.internal', '/a?n=%2Fb%3Fr%3Dhttps%253A%252F%252Fb.internal%253A8443'],
    ['/x?u=%3Dhttps://a.internal', '/x?u=%3Dhttps://b.internal:8443'],
    ['{"u":"https:\\/\\/a.internal\\/x"}', '{"u":"https:\\/\\/b.internal:8443\\/x"}'],
    ['https:\\u002f\\u002fa.internal\\u002fx', 'https:\\u002f\\u002fb.internal:8443\\u002fx'],
    ['url(https://a.internal/i.png), url(https://a.internal/j)', 'url(http://next/i.png), url(http://next/j)'],
    ['see\nhttps://a.internal/1\nhttps://other.example/2', 'see\nhttp://next/1\nhttps://other.example/2'],
    ['/proxy/a.internal/x', '/proxy/b.internal/x'],
  ])('%j and %j are the same', (left, right) => {
    expect(differences(json({ v: left }), json({ v: right }))).toEqual([]);
    expect(differences(json([left]), json([right]))).toEqual([]);
    expect(differences({ type: 'text/plain', body: left }, { type: 'text/plain', body: right })).toEqual([]);
    expect(
      differences(
        { fields: ['X-Url', left.replaceAll('\n', ' ')] },
        { fields: ['x-url', right.replaceAll('\n', ' ')] },
      ),
    ).toEqual([]);
  });

  it.each([
    ['https://a.internal/orders/7', 'https://b.internal:8443/orders/8'],
    ['https://a.internal/orders/7', 'https://b.internal/orders/7'],
    ['http://a.internal/orders/7', 'https://b.internal:8443/orders/7'],
    ['https://a.internal:9/', 'https://b.internal:8443/'],
    ['https://a.internal:4433/', 'https://b.internal:8443/'],
    ['https://b.internal:8443/', 'https://a.internal/'],
    ['https://a.internal/', 'https://c.internal/'],
    ['/orders', 'https://b.internal:8443/orders'],
    ['https://a.internal.evil.example/', 'https://b.internal:8443.evil.example/'],
    ['https://x.a.internal/', 'https://x.b.internal:8443/'],
    ['https://a.internal-old/', 'https://b.internal:8443-old/'],
    ['ftp://a.internal/x', 'ftp://b.internal:8443/x'],
    ['wss://a.internal/feed', 'https://b.internal:8443/feed'],
    ['https://a.internal/', 'https%3A%2F%2Fb.internal%3A8443/'],
    ['bob@a.internal', 'bob@b.internal'],
    ['a.internal', 'next'],
    ['https://evil.example/https://a.internal', 'https://evil.example/x'],
  ])('%j and %j are not', (left, right) => {
    expect(differences(json({ v: left }), json({ v: right }))).toHaveLength(1);
  });

  it('is the same where both say the same origin, whoever it belongs to', () => {
    const both = (more: string) => json({ own: more, all: ['https://a.internal', 'https://b.internal:8443'] });
    expect(differences(both('https://a.internal/'), both('http://next/'))).toEqual([]);
    expect(differences(json({ a: 1, u: 'http://next/x' }), json({ u: 'http://next/x', a: 1 }))).toEqual([]);
  });
});

describe('beside other differences', () => {
  const element = (origin: string, id: number, more = {}) => ({
    href: `${origin}/orders/${id}`,
    state: 'open',
    ...more,
  });

  it('elements without a key are aligned', () => {
    const left = [1, 2, 3, 4].map((id) => element('https://a.internal', id));
    const right = [1, 3, 4].map((id) => element('http://next', id));
    expect(differences(json(left), json(right))).toEqual([
      'removed $[*]: {"href":"https://a.internal/orders/2","state":"open"} → ·',
    ]);
    const texts = (origin: string, ids: number[]) => ids.map((id) => `${origin}/${id}`);
    expect(differences(json(texts('https://a.internal', [1, 2, 3, 4])), json(texts('http://next', [1, 3, 4])))).toEqual(
      ['removed $[*]: "https://a.internal/2" → ·'],
    );
  });

  it('moved elements are found, and keys that hold an origin', () => {
    const left = json([1, 2, 3, 4, 5].map((id) => `https://a.internal/${id}`));
    const right = json([5, 1, 2, 3, 4].map((id) => `http://next/${id}`));
    expect(differences(left, right)).toEqual([expect.stringContaining('reordered $: ')]);
    const keyed = (origin: string, ids: number[]) => json(ids.map((n) => ({ id: `${origin}/${n}`, n })));
    expect(differences(keyed('https://a.internal', [1, 2, 3]), keyed('http://next', [1, 3]))).toEqual([
      'removed $[*]: {"id":"https://a.internal/2","n":2} → ·',
    ]);
  });

  it('members whose names hold an origin are the same', () => {
    expect(
      differences(
        json({ 'https://a.internal/1': 1, 'https://a.internal/2': 2, z: 1 }),
        json({ 'http://next/1': 1, 'http://next/2': 3, z: 1 }),
      ),
    ).toEqual(["value $['https://a.internal/2']: 2 → 3"]);
  });

  it('lines of a text are aligned', () => {
    const text = (origin: string, ids: number[]) => ({
      type: 'text/plain',
      body: ids.map((id) => `GET ${origin}/${id}\n`).join(''),
    });
    expect(differences(text('https://a.internal', [1, 2, 3, 4]), text('http://next', [1, 3, 4, 5]))).toEqual([
      'removed line: GET https://a.internal/2 → ·',
      'added line: · → GET http://next/5',
    ]);
  });
});

describe('in', () => {
  it.each<readonly [string, string, (origin: string) => string]>([
    [
      'attributes and text of HTML',
      'text/html',
      (at) => `<p data-at="${at}"><a href="${at}/x">${at}</a></p><script>go("${at}/y")</script>`,
    ],
    ['escaped attributes of HTML', 'text/html', (at) => `<a href="${at.replaceAll('/', '&#x2F;')}">x</a>`],
    ['XML', 'application/xml', (at) => `<o href="${at}/x"><u>${at}/y</u></o>`],
    ['a form', 'application/x-www-form-urlencoded', (at) => `next=${encodeURIComponent(`${at}/x`)}&a=1`],
    ['CSV', 'text/csv', (at) => `id,url\n1,${at}/1\n2,${at}/2\n`],
    ['JSON that escapes slashes', 'application/json', (at) => `{"u":"${at.replaceAll('/', '\\/')}\\/x","b":1}`],
    ['JSON in a string', 'application/json', (at) => JSON.stringify({ s: JSON.stringify({ u: `${at}/x` }) })],
    ['YAML', 'application/yaml', (at) => `url: ${at}/x\nall:\n  - ${at}\n`],
    ['an event stream', 'text/event-stream', (at) => `data: {"u":"${at}"}\n\ndata: ${at}\n\n`],
  ])('%s', (_name, type, body) => {
    expect(
      differences({ type, body: body('https://a.internal') }, { type, body: body('https://b.internal:8443') }),
    ).toEqual([]);
    expect(
      differences({ type, body: body('https://a.internal') }, { type, body: body('https://c.internal') }),
    ).not.toEqual([]);
  });

  it.each<readonly [string, (origin: string, host: string) => string]>([
    ['Location', (at) => `${at}/login?next=${encodeURIComponent(at)}`],
    ['Link', (at) => `<${at}/p?n=2>; rel="next", <${at}/p?n=1>; rel=prev`],
    ['Refresh', (at) => `0; url=${at}/x`],
    ['Content-Location', (at) => `${at}/x`],
    ['Content-Security-Policy', (at, host) => `default-src 'self' ${at}; connect-src ${host} wss://${host}`],
    ['Access-Control-Allow-Origin', (at) => at],
    ['Set-Cookie', (_at, host) => `sid=1; Domain=.${host.replace(/:\d+$/, '')}; Path=/`],
    ['Set-Cookie', (at) => `next=${encodeURIComponent(at)}; Path=/`],
  ])('the header %s', (name, value) => {
    const left = { fields: [name, value('https://a.internal', 'a.internal')] };
    expect(differences(left, { fields: [name, value('https://b.internal:8443', 'b.internal:8443')] })).toEqual([]);
    expect(differences(left, { fields: [name, value('https://c.internal', 'c.internal')] })).not.toEqual([]);
  });

  it('a list in another order', () => {
    const link = (at: string, pages: number[]) => pages.map((page) => `<${at}/p?n=${page}>; rel=p${page}`).join(', ');
    expect(
      differences(
        { fields: ['Link', link('https://a.internal', [1, 2])] },
        { fields: ['Link', link('http://next', [2, 1])] },
      ),
    ).toEqual([]);
  });
});

it('holds the control to the origins of the control', () => {
  const compare = makeComparator({ ...defaults, targets }, stillClock);
  const [primary, control] = [response(json({ u: 'https://a.internal' })), response(json({ u: 'https://c.internal' }))];
  expect(compare(primary, control, undefined, { leg: 'control' }).differences).toEqual([]);
  expect(compare(primary, control, undefined, { leg: 'shadow' }).differences).toHaveLength(1);
});

it('is told, and counts as no difference', () => {
  const steps: string[] = [];
  const compare = makeComparator({ ...defaults, targets }, stillClock, (step) => steps.push(step));
  const { differences, accepted } = compare(
    response(json({ u: 'https://a.internal/x' })),
    response(json({ u: 'http://next/x' })),
  );
  expect([...differences, ...accepted]).toEqual([]);
  expect(steps).toContain(
    'value at $.u: "https://a.internal/x" → "http://next/x"; no difference: each side shows its own origin, or what Understudy sent to it',
  );
});

it('a host that the configuration sends is an origin of its own', () => {
  const request = { method: 'GET', target: '/', fields: ['Host', 'shop.example'] };
  const compare = makeComparator(
    {
      ...defaults,
      targets: {
        primary: target('http://10.0.0.1'),
        shadow: { ...target('http://10.0.0.2'), hostHeader: 'next.example' },
      },
    },
    stillClock,
  );
  const found = (left: string, right: string) =>
    lines(compare(response(json({ u: left })), response(json({ u: right })), request).differences);
  expect(found('https://shop.example/x', 'https://next.example/x')).toEqual([]);
  expect(found('http://10.0.0.1/x', 'http://10.0.0.2/x')).toEqual([]);
  expect(found('https://shop.example/x', 'http://10.0.0.2/x')).toHaveLength(1);
});
