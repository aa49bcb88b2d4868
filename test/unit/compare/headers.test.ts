import { describe, expect, it } from 'vitest';
import type { Fields } from '../../../src/model/exchange.ts';
import { DEFAULT_IGNORED_HEADERS, IGNORED_HEADER_GROUPS } from '../../../src/model/headers.ts';
import { comparePair, lines, rule } from './pair.ts';

const cases: readonly (readonly [string, Fields, Fields, readonly string[]])[] = [
  ['names are compared without regard to case', ['X-A', '1'], ['x-a', '1'], []],
  ['values are compared with regard to case', ['X-A', 'v'], ['X-A', 'V'], ['header header.x-a: v → V']],
  ['the order of different names does not matter', ['A', '1', 'B', '2'], ['B', '2', 'A', '1'], []],
  ['white space around a value does not matter', ['A', ' 1 '], ['A', '1'], []],
  ['a missing field', ['A', '1'], [], ['header header.a: 1 → ·']],
  ['a new field', [], ['A', '1'], ['header header.a: · → 1']],
  ['an empty field is not a missing one', ['A', ''], [], ['header header.a:  → ·']],
  ['several lines are one list', ['A', '1', 'A', '2'], ['A', '1, 2'], []],
  ['the order in a list matters', ['A', '1', 'A', '2'], ['A', '2', 'A', '1'], ['header header.a: 1, 2 → 2, 1']],
];

describe('header fields', () => {
  it.each(cases)('%s', (_name, left, right, expected) => {
    expect(lines(comparePair({ fields: left }, { fields: right }).differences)).toEqual(expected);
  });

  it('trailers are compared the same way, under their own name', () => {
    const { differences } = comparePair({ trailers: ['X-Sum', '1'] }, { trailers: ['x-sum', '2'] });
    expect(lines(differences)).toEqual(['header trailer.x-sum: 1 → 2']);
  });
});

const meanings: readonly (readonly [string, string | undefined, string | undefined, readonly string[]])[] = [
  ['Cache-Control', 'max-age=60, Public', 'public,max-age="60"', []],
  ['Cache-Control', 'max-age=60', 'max-age=61', ['header header.cache-control: max-age=60 → max-age=61']],
  ['Cache-Control', 'private="a, b", no-store', 'no-store, private="a, b"', []],
  ['Vary', 'Accept-Encoding, Origin', 'origin, accept-encoding', []],
  ['Vary', 'Origin', '*', ['header header.vary: Origin → *']],
  ['Allow', 'GET, POST', 'POST, GET', []],
  ['Allow', 'GET', 'get', ['header header.allow: GET → get']],
  ['Content-Type', 'text/html; charset=UTF-8', 'Text/HTML;Charset="utf-8"', []],
  ['Content-Type', 'text/html;charset=utf8', 'text/html ; charset=utf-8;', []],
  ['Content-Type', 'text/html; a=1; charset=utf-8', 'text/html;charset=utf-8;a="1"', []],
  [
    'Content-Type',
    'text/html',
    'text/html; charset=utf-8',
    ['charset header.content-type: text/html → text/html; charset=utf-8'],
  ],
  [
    'Content-Type',
    'text/csv; charset=us-ascii',
    'text/csv',
    ['charset header.content-type: text/csv; charset=us-ascii → text/csv'],
  ],
  [
    'Content-Type',
    'text/html',
    'text/html; charset=latin1',
    ['header header.content-type: text/html → text/html; charset=latin1'],
  ],
  [
    'Content-Type',
    'text/html; charset=utf-8',
    'text/html; charset=utf-16',
    ['header header.content-type: text/html; charset=utf-8 → text/html; charset=utf-16'],
  ],
  [
    'Content-Type',
    'text/html',
    'text/plain; charset=utf-8',
    ['header header.content-type: text/html → text/plain; charset=utf-8'],
  ],
  ['Content-Type', 'application/json', 'application/json; charset=utf-8', []],
  ['Content-Type', 'application/json;charset="UTF-8"', 'Application/JSON', []],
  ['Content-Type', 'application/problem+json; Charset=utf8', 'application/problem+json', []],
  [
    'Content-Type',
    'application/json; profile=A',
    'application/json; profile=a',
    ['header header.content-type: application/json; profile=A → application/json; profile=a'],
  ],
  [
    'Content-Type',
    'application/json',
    'application/json; charset=latin1',
    ['header header.content-type: application/json → application/json; charset=latin1'],
  ],
  ['Content-Type', 'multipart/mixed; boundary=a', 'multipart/mixed; boundary="b c"', []],
  ['Content-Type', 'multipart/related; type="a/b"; boundary=a', 'multipart/related; boundary=b; type="a/b"', []],
  [
    'Content-Type',
    'multipart/related; type="a/b"; boundary=a',
    'multipart/related; type="a/c"; boundary=a',
    [
      'header header.content-type: multipart/related; type="a/b"; boundary=a → multipart/related; type="a/c"; boundary=a',
    ],
  ],
  [
    'Content-Type',
    'text/plain; boundary=a',
    'text/plain; boundary=b',
    ['header header.content-type: text/plain; boundary=a → text/plain; boundary=b'],
  ],
  ['Content-Type', 'json', 'json; charset=utf-8', ['header header.content-type: json → json; charset=utf-8']],
  ['Content-Type', 'text/html', 'text/plain', ['header header.content-type: text/html → text/plain']],
  ['Content-Disposition', 'attachment; filename="a.txt"', 'attachment; filename=a.txt', []],
  ['ETag', '"a"', '"b"', ['header header.etag: "a" → "b"']],
  ['ETag', '"a"', 'W/"a"', ['encoding header.etag: "a" → W/"a"']],
  ['Link', '</a>; rel=next; title="x, y", </b,c>; rel=prev', '</b,c>;rel="prev",</a>;title="x, y";rel="next"', []],
  ['Link', '</a>; rel=next', '</A>; rel=next', ['header header.link: </a>; rel=next → </A>; rel=next']],
  ['Strict-Transport-Security', 'max-age=1; includeSubDomains', 'includesubdomains; max-age=1', []],
  ['Content-Security-Policy', "default-src 'self' a.example; img-src *", "img-src *; default-src a.example 'self'", []],
  [
    'Content-Security-Policy',
    'img-src *',
    'img-src a.example',
    ['header header.content-security-policy: img-src * → img-src a.example'],
  ],
  ['Retry-After', '10', '20', ['header header.retry-after: 10 → 20']],
];

describe('fields of a known structure are compared by what they say', () => {
  it.each(meanings)('%s: %s against %s', (name, left, right, expected) => {
    const fields = (value: string | undefined) => (value === undefined ? [] : [name, value]);
    expect(lines(comparePair({ fields: fields(left) }, { fields: fields(right) }).differences)).toEqual(expected);
  });
});

const cookies: readonly (readonly [string, readonly string[], readonly string[], readonly string[]])[] = [
  ['in any order', ['a=1; Path=/', 'b=2'], ['b=2', 'a=1; path=/'], []],
  ['attributes in any order', ['a=1; Path=/; HttpOnly; SameSite=Lax'], ['a=1; samesite=lax; httponly; path=/'], []],
  ['a value', ['a=1'], ['a=2'], ['header header.set-cookie[a]: 1 → 2']],
  ['an attribute', ['a=1; Path=/x'], ['a=1; Path=/y'], ['header header.set-cookie[a].path: /x → /y']],
  ['a flag that is gone', ['a=1; Secure'], ['a=1'], ['header header.set-cookie[a].secure:  → ·']],
  ['a cookie that is gone', ['a=1; Path=/', 'b=1'], ['b=1'], ['header header.set-cookie[a]: 1 → ·']],
  ['an empty cookie', ['a='], [], ['header header.set-cookie[a]:  → ·']],
  [
    'a date with a comma',
    ['a=1; Expires=Sun, 22 Nov 2026 10:00:00 GMT'],
    ['a=1; Expires=Sun, 22 Nov 2026 10:00:01 GMT'],
    ['header header.set-cookie[a].expires: Sun, 22 Nov 2026 10:00:00 GMT → Sun, 22 Nov 2026 10:00:01 GMT'],
  ],
  [
    'a date that Max-Age makes void',
    ['a=1; Max-Age=60; Expires=Sun, 22 Nov 2026 10:00:00 GMT'],
    ['a=1; Max-Age=60; Expires=Sun, 22 Nov 2026 10:00:01 GMT'],
    [],
  ],
  ['one name on two paths', ['a=1; Path=/x', 'a=2; Path=/y'], ['a=2; Path=/y', 'a=1; Path=/x'], []],
];

describe('cookies are compared by name and attribute', () => {
  it.each(cookies)('%s', (_name, left, right, expected) => {
    const fields = (lines: readonly string[]) => lines.flatMap((line) => ['Set-Cookie', line]);
    expect(lines(comparePair({ fields: fields(left) }, { fields: fields(right) }).differences)).toEqual(expected);
  });
});

describe('the fields that are not compared', () => {
  it.each(DEFAULT_IGNORED_HEADERS)('%s', (name) => {
    expect(comparePair({ fields: [name, 'a'] }, { fields: [] }).differences).toEqual([]);
  });

  it('are compared where the configuration does not ignore them', () => {
    const { differences } = comparePair({ fields: ['Date', 'a'] }, { fields: [] }, { ignoreHeaders: [] });
    expect(lines(differences)).toEqual(['header header.date: a → ·']);
  });

  it('come in groups with a reason, in lower case, each once', () => {
    expect(IGNORED_HEADER_GROUPS.every(({ reason }) => reason.length > 10)).toBe(true);
    expect(DEFAULT_IGNORED_HEADERS).toEqual([...new Set(DEFAULT_IGNORED_HEADERS.map((name) => name.toLowerCase()))]);
  });
});

it('a status is a difference of its own', () => {
  expect(lines(comparePair({ status: 200 }, { status: 404 }).differences)).toEqual(['status status: 200 → 404']);
});

it('a rule accepts a header', () => {
  const rules = [rule({ header: 'x-build', does: { kind: 'ignore' }, reason: 'changes with each release' })];
  const { differences, accepted } = comparePair({ fields: ['X-Build', '1'] }, { fields: ['X-Build', '2'] }, { rules });
  expect(differences).toEqual([]);
  expect(accepted).toMatchObject([
    { path: 'header.x-build', index: 0, rule: '{header: x-build, ignore: true, reason: changes with each release}' },
  ]);
});
