/**
 * Pairs of every format, mutated and at random, under any rules and codings, give an account. A longer run:
 * UNDERSTUDY_FUZZ_PAIRS is the number of pairs for each format, UNDERSTUDY_FUZZ_SEED where they begin.
 */
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeComparator } from '../../../src/compare/comparator.ts';
import type { CompareConfig, Rule } from '../../../src/config/compare-types.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { DIFFERENCE_KINDS } from '../../../src/model/difference.ts';
import { mutated, mutation, seeds } from './mutated-bodies.ts';
import { defaults, response, rule } from './pair.ts';

const { UNDERSTUDY_FUZZ_PAIRS = '100', UNDERSTUDY_FUZZ_SEED = '1' } = process.env;
const LONGEST_RUN = 10 * 60_000;

/** Rules of every kind of effect, on paths of every kind. */
const effects: readonly Rule['does'][] = [
  { kind: 'ignore' },
  { kind: 'tolerance', amount: 0.01, relative: true },
  { kind: 'tolerance', amount: 1, relative: false },
  { kind: 'time', amount: 1000 },
  { kind: 'class', class: 'any' },
  { kind: 'class', class: 'url' },
  { kind: 'matches', pattern: '(a|b?)*[0-9]+' },
  { kind: 'one_of', values: ['1', 'x', 'null'] },
  { kind: 'unordered' },
  { kind: 'key', key: 'id' },
  { kind: 'key', key: '@id' },
  { kind: 'empty' },
  { kind: 'case' },
  { kind: 'unicode' },
  { kind: 'subset' },
  { kind: 'rename', to: 'b' },
  { kind: 'embedded' },
];
const paths = [
  '$',
  '$.*',
  '$[*]',
  '$..*',
  '$..a',
  '$.a[0:2]',
  '$[-1]',
  "$..['#text']",
  '$[?@.id > 1 || @.a]',
  '$[?count($..*) > 3]',
  "$..[?match(@, '.*1')]",
];
const rules = fc.array(
  fc.record({ path: fc.constantFrom(...paths), does: fc.constantFrom(...effects) }).map((parts) => rule(parts)),
  { maxLength: 4 },
);

/** As it is most often; the others are tried too. */
const mostly = <T>(usual: T, ...others: T[]) =>
  fc.oneof({ arbitrary: fc.constant(usual), weight: 6 }, { arbitrary: fc.constantFrom(...others), weight: 1 });

const codings: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  identity: (bytes) => bytes,
  gzip: gzipSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
  deflate: deflateSync,
  'gzip, br': (bytes) => brotliCompressSync(gzipSync(bytes)),
};
const coding = mostly('identity', 'gzip', 'br', 'zstd', 'deflate', 'gzip, br');
const charset = mostly('', '; charset=utf-16', '; charset=shift_jis', '; charset=iso-8859-1', '; charset=?');
const otherType = mostly(undefined, ...Object.keys(seeds), 'x');

/** An answer whose body is a mutation of `seed`; sometimes one that is long, and one whose coding is broken as well. */
const answer = (type: string, seed: Buffer) =>
  fc
    .record({
      status: mostly(200, 206, 500),
      as: otherType,
      coding,
      charset,
      mutations: fc.array(mutation, { maxLength: 4 }),
      times: mostly(1, 2, 700),
      damage: mostly([], [{ at: 7, removed: 1, inserted: Buffer.from('?') }]),
    })
    .map(({ status, as, coding: name, charset: parameter, mutations, times, damage }) => {
      const body = Buffer.from(mutated(seed, mutations).toString('latin1').repeat(times), 'latin1');
      return response({
        status,
        type: `${as ?? type}${parameter}`,
        fields: ['Content-Encoding', name],
        body: mutated(Buffer.from(codings[name]!(body)), damage),
      });
    });

describe.each(Object.entries(seeds))('pairs of %s', (type, content) => {
  const seed = Buffer.from(content as string);
  const pairs = fc.tuple(answer(type, seed), answer(type, seed));

  it(
    'give an account, whatever they hold and under whatever rules',
    () => {
      fc.assert(
        fc.property(pairs, rules, ([left, right], underRules) => {
          const config: CompareConfig = { ...defaults, rules: underRules, maxDecoded: 64 * 1024, budget: 50 };
          const compare = makeComparator(config, systemClock);
          const { differences, accepted, applied, omitted } = compare(left, right);
          for (const { path, kind } of [...differences, ...accepted]) {
            expect(path).toMatch(/^(?:\$|line$|bytes$|status$|header\.|trailer\.)/);
            expect(DIFFERENCE_KINDS).toContain(kind);
          }
          for (const index of [...applied, ...accepted.map((each) => each.index)]) {
            expect(underRules[index]).toBeDefined();
          }
          if (differences.length + accepted.length === 0) expect(omitted).toBe(0);
          expect(compare(left, left)).toEqual({
            differences: [],
            accepted: [],
            sides: new Map(),
            omitted: 0,
            applied: [],
          });
        }),
        { seed: Number(UNDERSTUDY_FUZZ_SEED), numRuns: Number(UNDERSTUDY_FUZZ_PAIRS) },
      );
    },
    LONGEST_RUN,
  );
});
