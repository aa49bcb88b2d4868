import { describe, expect, test } from 'vitest';
import type { Comparison } from '../../../src/compare/comparison.ts';
import { judge } from '../../../src/compare/judge.ts';
import { NoiseProfile } from '../../../src/compare/noise/profile.ts';
import { textValue } from '../../../src/compare/value.ts';
import type { Difference } from '../../../src/model/difference.ts';
import { Random } from '../../support/random.ts';
import { compareJson } from './pair.ts';

const differing = (...paths: string[]): Comparison => {
  const differences = paths.map((path): Difference => ({ path, kind: 'value' }));
  const sides = { left: textValue('one'), right: textValue('two') };
  return {
    differences,
    accepted: [],
    sides: new Map(differences.map((each) => [each, sides])),
    omitted: 0,
    applied: [],
  };
};

const endingOf = (...parts: Parameters<typeof judge>) => judge(...parts).ending;

describe('the ending of a compared exchange', () => {
  test('without a control every difference is a mismatch', () => {
    expect(endingOf(differing('$.at'), undefined, new NoiseProfile())).toBe('mismatch');
    expect(endingOf(differing(), undefined, new NoiseProfile())).toBe('match');
  });

  test('what the control shows too is noise, and one place more is a mismatch', () => {
    expect(endingOf(differing('$.at'), differing('$.at', '$.id'), new NoiseProfile())).toBe('noise');
    expect(endingOf(differing('$.at', '$.name'), differing('$.at'), new NoiseProfile())).toBe('mismatch');
  });

  test('a place where the control usually differs is noise even when it agrees by chance', () => {
    const profile = new NoiseProfile();
    for (let count = 0; count < 4; count++) judge(differing('$.at'), differing('$.at'), profile);
    expect(endingOf(differing('$.at'), differing(), profile)).toBe('noise');
  });

  test('a place where the shadow differs far more often than the control stays a mismatch', () => {
    const profile = new NoiseProfile();
    for (let count = 0; count < 100; count++) {
      const ending = endingOf(differing('$.total'), count % 10 === 0 ? differing('$.total') : differing(), profile);
      expect(ending).toBe(count % 10 === 0 ? 'noise' : 'mismatch');
    }
  });

  test('what only rules accept is accepted', () => {
    const comparison = {
      ...differing(),
      accepted: [{ path: '$.a', kind: 'value' as const, rule: 'ignore', index: 0 }],
    };
    expect(endingOf(comparison, undefined, new NoiseProfile())).toBe('accepted');
  });
});

/** Bodies of one exchange: of the primary, the shadow and the control. */
type Triple = readonly [primary: unknown, shadow: unknown, control: unknown];

/** Judges exchanges one after another, as a compare thread does; what the last one came to. */
function rehearse(...triples: readonly Triple[]) {
  const profile = new NoiseProfile();
  return triples.map(([primary, shadow, control]) =>
    judge(compareJson(primary, shadow), compareJson(primary, control), profile),
  );
}

const ids = (seed: number) => ({ id: `${String(seed).padStart(8, '0')}-0f0f-4a4a-8b8b-1234567890ab` });

/** A body with a JSON Web Token. */
function token(claims: object, alg = 'HS256') {
  const [header, payload] = [{ alg }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  return { token: `${header}.${payload}.${Buffer.from(JSON.stringify(claims)).toString('hex').slice(0, 43)}` };
}

/** Ten exchanges in which production never says the same twice, and the shadow does as production does. */
function wellBehaved(make: (seed: number) => unknown): Triple[] {
  return Array.from({ length: 10 }, (_, at): Triple => [make(3 * at), make(3 * at + 1), make(3 * at + 2)]);
}

describe('a noisy place', () => {
  test.each<[string, (seed: number) => unknown]>([
    ['UUIDs', ids],
    ['numbers from 0 to 1', (seed) => ({ score: ((seed * 7) % 30) / 30 })],
    ['times', (seed) => ({ at: new Date(Date.UTC(2026, 10, 30, 10, 0, seed)).toISOString() })],
    ['counters', (seed) => ({ hits: 1_000 + seed })],
    ['hexadecimal ids, some of digits alone', (seed) => ({ id: (0x10000000 + seed * 99_999_999).toString(16) })],
    [
      'texts of about the same length',
      (seed) => ({ joke: `why did number ${seed} cross`.padEnd(25 + (seed % 5), '!') }),
    ],
    ['values that are null now and then', (seed) => ({ next: seed % 3 === 0 ? null : seed })],
    ['paths', (seed) => ({ file: `/srv/${['control', 'shadow', 'primary'][seed % 3]}/shop.db` })],
    ['files of one user', (seed) => ({ file: `u1/${(seed * 7919 + 1e6).toString(36)}.png` })],
    ['links of one session', (seed) => ({ next: `https://a.example/v1/items?cursor=${ids(seed).id}&size=10` })],
    ['tokens of one user', (seed) => token({ sub: 'ann', iat: 1e9 + seed, exp: 1e9 + seed + 60, jti: ids(seed).id })],
    ['statuses of an order', (seed) => ({ state: ['open', 'paid', 'sent'][seed % 3] })],
  ])('is noise while the shadow shows %s as production does', (_name, make) => {
    for (const { ending } of rehearse(...wellBehaved(make))) expect(['noise', 'match']).toContain(ending);
  });

  test.each<[string, (seed: number) => unknown, unknown]>([
    ['an error for a UUID', ids, { id: 'Traceback: KeyError' }],
    ['a number for a UUID', ids, { id: 17 }],
    ['null for a UUID', ids, { id: null }],
    ['an empty text for a UUID', ids, { id: '' }],
    ['a UUID of zeros', ids, { id: '00000000-0000-0000-0000-000000000000' }],
    ['a UUID that is gone', ids, {}],
    ['9999 for 0 to 1', (seed) => ({ score: ((seed * 7) % 30) / 30 }), { score: 9999 }],
    ['a negative number for 0 to 1', (seed) => ({ score: ((seed * 7) % 30) / 30 }), { score: -5 }],
    [
      '1970 for now',
      (seed) => ({ at: new Date(Date.UTC(2026, 10, 30, 10, 0, seed)).toISOString() }),
      { at: '1970-01-01T00:00:00.000Z' },
    ],
    [
      'another form of time',
      (seed) => ({ at: new Date(Date.UTC(2026, 10, 30, 10, 0, seed)).toISOString() }),
      { at: '2026-11-30' },
    ],
    ['another host', (seed) => ({ next: `https://a.example/${seed}` }), { next: 'https://b.example/7' }],
    [
      'another user in a path',
      (seed) => ({ file: `u1/${(seed * 7919 + 1e6).toString(36)}.png` }),
      { file: 'u2/OTHER.png' },
    ],
    [
      'another path',
      (seed) => ({ next: `https://a.example/v1/items/${seed}` }),
      { next: 'https://a.example/login/x/7' },
    ],
    ['a number for the UUID in a path', (seed) => ({ next: `/items/${ids(seed).id}` }), { next: '/items/17' }],
    ['another parameter', (seed) => ({ next: `/items?page=${seed}&size=10` }), { next: '/items?page=7&size=99' }],
    ['another extension', (seed) => ({ file: `/files/${1000 + seed}.png` }), { file: '/files/1007.html' }],
    ['a token of another user', (seed) => token({ sub: 'ann', jti: 1000 + seed }), token({ sub: 'bob', jti: 1007 })],
    [
      'a token without signature',
      (seed) => token({ sub: 'ann', jti: 1000 + seed }),
      token({ sub: 'ann', jti: 1007 }, 'none'),
    ],
    ['an empty array for a full one', (seed) => ({ seen: seed % 2 === 0 ? [seed] : { of: seed } }), { seen: [] }],
    ['a text for a token', (seed) => ({ token: `t0k${(seed * 7919 + 1e6).toString(36)}xyz` }), { token: 'not found' }],
    ['a long text for short ones', (seed) => ({ note: `note ${seed}` }), { note: `Error: ${'x'.repeat(500)}` }],
  ])('is a mismatch where the shadow shows %s', (_name, make, wrong) => {
    const first = rehearse([make(0), wrong, make(1)]);
    expect(first.at(-1)?.ending).toBe('mismatch');
    const later = rehearse(...wellBehaved(make), [make(100), wrong, make(101)]);
    expect(later.at(-1)?.ending).toBe('mismatch');
  });

  test('is a mismatch where a time is an hour from what the primary says, and production is exact to the second', () => {
    const at = (seconds: number) => ({ at: new Date(Date.UTC(2026, 10, 30, 10, 0, seconds)).toISOString() });
    const judged = rehearse(...wellBehaved(at), [at(40), at(43), at(41)], [at(45), at(45 + 3600), at(46)]);
    expect(judged.slice(-2).map(({ ending }) => ending)).toEqual(['noise', 'mismatch']);
  });

  test('is noise where slashes come and go in what is no path', () => {
    const random = new Random(3);
    const hash = () => ({ hash: random.bytes(48).toString('base64') });
    const judged = rehearse(...Array.from({ length: 300 }, (): Triple => [hash(), hash(), hash()]));
    expect(judged.slice(100).filter(({ ending }) => ending === 'mismatch').length).toBeLessThan(3);
  });

  test('is a mismatch where the shadow repeats an id that production never repeats', () => {
    const stuck = Array.from({ length: 6 }, (_, at): Triple => [ids(2 * at), ids(999), ids(2 * at + 1)]);
    const endings = rehearse(...stuck).map(({ ending }) => ending);
    expect(endings.slice(0, 2)).toEqual(['noise', 'noise']);
    expect(endings.slice(2)).toEqual(['mismatch', 'mismatch', 'mismatch', 'mismatch']);
  });

  test('is noise where production repeats itself as well', () => {
    const cached = Array.from({ length: 12 }, (): Triple => [ids(1), ids(2), ids(3)]);
    for (const { ending } of rehearse(...cached)) expect(ending).toBe('noise');
  });

  test('is odd in the control where that shows what production never showed before', () => {
    const at = (seed: number) => ({ at: new Date(Date.UTC(2026, 10, 30, 10, 0, seed)).toISOString() });
    const judged = rehearse(...wellBehaved(at), [at(40), at(41), { at: null }], [at(42), at(43), at(44)]);
    expect(judged.map(({ odd }) => odd.length)).toEqual([...Array(10).fill(0), 0, 0]);
    const errors = rehearse(...wellBehaved(at), [at(40), at(41), { at: 'error' }], [at(42), at(43), { at: 'error' }]);
    expect(errors.map(({ odd }) => odd.length)).toEqual([...Array(10).fill(0), 1, 0]);
  });

  test('is no part of a mismatch beside it', () => {
    const [judged] = rehearse([
      { total: 10, at: '2026-11-30T10:00:00Z' },
      { total: 11, at: '2026-11-30T10:00:01Z' },
      { total: 10, at: '2026-11-30T10:00:02Z' },
    ]);
    expect(judged).toMatchObject({
      ending: 'mismatch',
      mismatching: [{ path: '$.total', kind: 'value' }],
      noise: [{ path: '$.at', kind: 'value' }],
    });
  });

  test('is the object whose members come and go: what is left is one mismatch', () => {
    const names = ['self', 'next', 'last', 'first', 'edit', 'items'];
    const links = (seed: number) =>
      Object.fromEntries(
        names.filter((_, at) => ((seed * 2_654_435_761) >>> (at + 7)) & 1).map((name) => [name, { href: `/${name}` }]),
      );
    const triples = Array.from(
      { length: 40 },
      (_, at): Triple => [
        { total: 10, _links: links(3 * at + 1) },
        { total: 11, _links: links(3 * at + 2) },
        { total: 10, _links: links(3 * at + 3) },
      ],
    );
    const signatures = new Set(
      rehearse(...triples).map(({ mismatching }) => mismatching.map(({ path, kind }) => `${kind} ${path}`).join()),
    );
    expect([...signatures]).toEqual(['value $.total']);
  });

  test('is one where a field of production differs by itself now and then, once that is known', () => {
    const random = new Random(7);
    const flip = () => ({ open: random.oneIn(2), total: 10 });
    const judged = rehearse(...Array.from({ length: 2_000 }, (): Triple => [flip(), flip(), flip()]));
    expect(judged.filter(({ ending }) => ending === 'mismatch').length).toBeLessThan(5);
    expect(judged.filter(({ ending }) => ending === 'noise').length).toBeGreaterThan(900);
  });

  test('is a mismatch where the shadow differs by itself far more often than production does', () => {
    const random = new Random(7);
    const production = () => ({ open: random.oneIn(20) });
    const judged = rehearse(
      ...Array.from({ length: 300 }, (): Triple => [production(), { open: !random.oneIn(10) }, production()]),
    );
    const alone = judged.slice(-100).filter(({ mismatching }) => mismatching.length > 0);
    expect(alone.length).toBeGreaterThan(70);
  });

  test('does not hide a member that only the shadow ever has', () => {
    const object = (seed: number) => ({ seen: { [`user${seed % 2}`]: seed } });
    const triples = Array.from(
      { length: 20 },
      (_, at): Triple => [object(at), { seen: { ...object(at + 1).seen, debug: 1 } }, object(at + 1)],
    );
    expect(rehearse(...triples).at(-1)?.mismatching).toMatchObject([{ path: '$.seen.debug', kind: 'added' }]);
  });
});

test('what was learned of a place is told: how often it differs, what production shows there, and which parts differ', () => {
  const profile = new NoiseProfile();
  for (let at = 0; at < 5; at++) {
    const [primary, shadow, control] = [0, 1, 2].map((leg) => ({ file: `/u1/${1_000 + 3 * at + leg}.png`, total: 1 }));
    judge(compareJson(primary, { ...shadow, total: 2 }), compareJson(primary, control), profile);
  }
  expect(profile.learnedAt({ path: '$.file', kind: 'value' })).toEqual({
    path: '$.file',
    kind: 'value',
    control: 5,
    shadowAlone: 0,
    classes: [{ name: 'path', count: 15 }],
    parts: ['path[1]'],
  });
  expect(profile.learnedAt({ path: '$.total', kind: 'value' })).toBeUndefined();
});
