import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeComparator } from '../../../src/compare/comparator.ts';
import { placesOf } from '../../../src/compare/signature.ts';
import type { Difference } from '../../../src/model/difference.ts';
import { compareJson, comparePair, defaults, lines, type ResponseParts, response, stillClock } from './pair.ts';

const name = fc.constantFrom('a', 'b', 'id', 'name', 'a-b', '1', 'é', '');
const scalar = fc.oneof(
  fc.constantFrom(null, true, false, 0, 1, 1.5, 1e21, '', 'x', 'é', '\\', '"', '\u2028', '\ud83d\ude00'),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ maxLength: 5 }),
);
const { value } = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, scalar, fc.array(tie('value'), { maxLength: 5 }), tie('object')),
  object: fc.dictionary(name, tie('value'), { maxKeys: 5 }),
}));
/** Two documents that have much in common. */
const related = fc.tuple(value, value, value).chain(([a, b, c]) => {
  const side = fc.constantFrom<unknown>(
    { a, b, c },
    { c, b, a },
    [a, b, c],
    [b, a],
    [a, c, b, a],
    { a: { b: c } },
    { b: [a, b] },
  );
  return fc.tuple(side, side);
});

/** Two arrays of elements without keys that have much in common. */
const part = fc.constantFrom(1, 2, 3, 'x');
const elements = fc.array(
  fc.oneof(
    part,
    fc.record({ a: part, b: part, c: part, d: part }),
    fc.record({ a: part, n: fc.array(part, { maxLength: 3 }) }),
  ),
  { maxLength: 9 },
);

/** The same document, written another way. */
function rewrite(document: unknown, random: () => number): string {
  const space = () => [' ', '', '\n', '\t'][Math.floor(random() * 4)]!;
  if (Array.isArray(document))
    return `[${space()}${document.map((each) => rewrite(each, random)).join(`${space()},`)}]`;
  if (typeof document === 'object' && document !== null) {
    const members = Object.entries(document).map(
      ([key, each]) => `${rewrite(key, random)}${space()}:${rewrite(each, random)}`,
    );
    return `{${random() < 0.5 ? members.reverse() : members}${space()}}`;
  }
  if (typeof document === 'string' && random() < 0.5) {
    return `"${[...Array(document.length).keys()].map((at) => `\\u${document.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`;
  }
  if (typeof document === 'number' && Number.isInteger(document) && Math.abs(document) < 1e15 && random() < 0.5) {
    return `${document}${['.0', 'e0', 'E+0', '.00e-0'][Math.floor(random() * 4)]}`;
  }
  return JSON.stringify(document);
}

const swap: Partial<Record<string, Difference['kind']>> = { added: 'removed', removed: 'added' };

describe('for all documents', () => {
  it('a document differs in nothing from itself, however it is written', () => {
    fc.assert(
      fc.property(
        value,
        fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
        (document, stream) => {
          const random = () => stream.next().value;
          expect(lines(compareJson(JSON.stringify(document), rewrite(document, random)).differences)).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('the same differences are found from either side', () => {
    fc.assert(
      fc.property(fc.oneof(related, fc.tuple(elements, elements)), ([left, right]) => {
        const there = compareJson(left, right);
        const back = compareJson(right, left);
        const mirrored = back.differences.map((each) => ({ ...each, kind: swap[each.kind] ?? each.kind }));
        expect(placesOf(mirrored)).toEqual(placesOf(there.differences));
        expect(back.differences.length + back.omitted).toBe(there.differences.length + there.omitted);
      }),
      { numRuns: 1000 },
    );
  });

  it('documents that are not equal differ', () => {
    fc.assert(
      fc.property(related, ([left, right]) => {
        const equal = canonical(left) === canonical(right);
        expect(compareJson(left, right).differences.length === 0).toBe(equal);
      }),
      { numRuns: 1000 },
    );
  });

  it('a permuted array is reordered and no more', () => {
    const permutation = fc
      .array(value, { maxLength: 8 })
      .chain((elements) =>
        fc.tuple(fc.constant(elements), fc.shuffledSubarray(elements, { minLength: elements.length })),
      );
    fc.assert(
      fc.property(permutation, ([left, right]) => {
        const places = placesOf(compareJson({ list: left }, { list: right }).differences);
        const expected = canonical(left) === canonical(right) ? [] : [{ path: '$.list', kind: 'reordered' }];
        expect(places).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('ignoring a path removes exactly the differences under it', () => {
    // One name begins another, and a rule for the one is none for the other.
    const plain = fc.constantFrom('a', 'ab', 'id');
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: 'medium' },
        fc.constantFrom(1, 2, 'x', null),
        fc.dictionary(plain, tie('node'), { maxKeys: 3 }),
      ),
    })).node;
    fc.assert(
      fc.property(tree, tree, fc.array(plain, { maxLength: 3 }), (left, right, steps) => {
        const path = ['$', ...steps].join('.');
        const [l, r] = [left, right].map((side) => JSON.stringify(side));
        const all = compareJson(l, r).differences;
        const { differences, accepted } = compareJson(l, r, [{ path, does: { kind: 'ignore' } }]);
        const isUnder = (each: Difference) => each.path === path || each.path.startsWith(`${path}.`);
        expect(lines(differences)).toEqual(lines(all.filter((each) => !isUnder(each))));
        expect(lines(accepted).sort()).toEqual(lines(all.filter(isUnder)).sort());
      }),
      { numRuns: 500 },
    );
  });

  it('applying the differences of objects to the left gives the right', () => {
    const plain = fc.constantFrom('a', 'b', 'c');
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: 'medium' },
        fc.constantFrom(1, 2, 'x', null, true),
        fc.dictionary(plain, tie('node'), { maxKeys: 3 }),
      ),
    })).node;
    fc.assert(
      fc.property(tree, tree, (left, right) => {
        // Longer values are cut in the account.
        fc.pre(JSON.stringify(right).length < 200);
        const root = { root: structuredClone(left) };
        for (const { path, right: text } of compareJson(JSON.stringify(left), JSON.stringify(right)).differences) {
          const steps = ['root', ...path.split('.').slice(1)];
          const last = steps.pop()!;
          const parent = steps.reduce<Record<string, unknown>>((at, step) => at[step] as Record<string, unknown>, root);
          if (text === undefined) delete parent[last];
          else parent[last] = JSON.parse(text);
        }
        expect(root.root).toEqual(right);
      }),
      { numRuns: 500 },
    );
  });
});

describe('for all arrays', () => {
  it('applying the differences to the elements on the left gives those on the right', () => {
    const list = fc.array(fc.constantFrom(1, 2, 3, 'x', null, { a: 1 }), { maxLength: 10 });
    fc.assert(
      fc.property(list, list, (left, right) => {
        const elements = left.map((each) => JSON.stringify(each));
        for (const { kind, left: gone, right: come } of compareJson({ list: left }, { list: right }).differences) {
          if (kind === 'reordered' || kind === 'moved') continue;
          if (gone !== undefined) {
            expect(elements).toContain(gone);
            elements.splice(elements.indexOf(gone), 1);
          }
          if (come !== undefined) elements.push(come);
        }
        expect(elements.sort()).toEqual(right.map((each) => JSON.stringify(each)).sort());
      }),
      { numRuns: 1000 },
    );
  });
});

/** The same text for equal values. */
function canonical(document: unknown): string {
  return JSON.stringify(document, (_name, each) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : Object.is(each, -0)
        ? 0
        : each,
  );
}

describe('whatever the bytes', () => {
  const types = fc.constantFrom(
    undefined,
    'application/json',
    'text/plain',
    'image/png',
    'application/json; charset=utf-16',
    'x',
    'text/html; charset=nonsense',
    'application/problem+json',
  );
  const codings = fc.constantFrom(undefined, 'gzip', 'br', 'zstd', 'deflate', 'gzip, br', 'identity', 'lzma');
  const seeds = [
    '{"a":[1,2,{"b":"\\u00e9"}],"a":null}',
    '[1e5,-0.1,"",{},[],true]',
    '<p>x</p>\r\n',
    '\ufeff{"id":1}',
  ].map((text) => Buffer.from(text));
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    // A valid body with some bytes replaced, left out, or doubled.
    fc
      .tuple(
        fc.constantFrom(...seeds),
        fc.array(fc.tuple(fc.nat(40), fc.nat(255), fc.constantFrom('set', 'cut', 'double')), { maxLength: 4 }),
      )
      .map(([seed, edits]) => {
        const body = [...seed];
        for (const [at, byte, edit] of edits) {
          if (edit === 'set') body[at % body.length] = byte;
          else if (edit === 'cut') body.splice(at % body.length, 1);
          else body.splice(at % body.length, 0, ...body.slice(at % body.length, (at % body.length) + 3));
          if (body.length === 0) body.push(byte);
        }
        return Uint8Array.from(body);
      }),
  );
  const parts = fc.record({ body: bytes, type: types, coding: codings, status: fc.constantFrom(200, 204, 500) });
  const toParts = ({
    body,
    type,
    coding,
    status,
  }: {
    body: Uint8Array;
    type: string | undefined;
    coding: string | undefined;
    status: number;
  }): ResponseParts => ({
    body,
    status,
    ...(type === undefined ? {} : { type }),
    fields: coding === undefined ? [] : ['Content-Encoding', coding],
  });

  it('a comparison gives an account and never throws', () => {
    fc.assert(
      fc.property(parts, parts, (left, right) => {
        const { differences } = comparePair(toParts(left), toParts(right));
        const equal =
          left.status === right.status &&
          left.type === right.type &&
          left.coding === right.coding &&
          Buffer.compare(left.body, right.body) === 0;
        if (equal) expect(differences).toEqual([]);
        for (const each of differences) expect(each.path).not.toBe('');
      }),
      { numRuns: 3000 },
    );
  });

  it('a response is equal to itself', () => {
    fc.assert(
      fc.property(parts, (each) => {
        expect(comparePair(toParts(each), toParts(each)).differences).toEqual([]);
      }),
    );
  });

  it('header fields of any kind give an account', () => {
    const fields = fc.array(
      fc.tuple(
        fc.constantFrom(
          'Set-Cookie',
          'Link',
          'Cache-Control',
          'Content-Type',
          'Vary',
          'ETag',
          'Content-Security-Policy',
          'X',
        ),
        fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '=', '<', '>', '\\', ' ', '\t', '/', '\u00ff') }),
      ),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(fields, fields, (left, right) => {
        expect(comparePair({ fields: left.flat() }, { fields: left.flat() }).differences).toEqual([]);
        comparePair({ fields: left.flat() }, { fields: right.flat() });
      }),
      { numRuns: 2000 },
    );
  });

  it('one comparator serves many pairs', () => {
    const compare = makeComparator(defaults, stillClock);
    const [one, two] = ['{"a":1}', '{"a":2}'].map((body) => response({ type: 'application/json', body }));
    const first = compare(one!, two!);
    compare(two!, one!);
    expect(compare(one!, two!)).toEqual(first);
  });
});
