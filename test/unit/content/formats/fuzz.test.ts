import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markOf } from '../../../../src/content/charset.ts';
import type { Body } from '../../../../src/content/formats/format.ts';
import { formatsFor } from '../../../../src/content/formats/registry.ts';
import { JsonDocument } from '../../../../src/content/json/document.ts';
import { scan } from '../../../../src/content/json/scan.ts';
import { mutated, mutation, seeds } from '../../compare/mutated-bodies.ts';
import { comparePair } from '../../compare/pair.ts';
import { bodyOf } from './reading.ts';

/** A longer run: the number of bodies, or pairs, of each format, and where they begin. */
const { UNDERSTUDY_FUZZ_PAIRS = '300', UNDERSTUDY_FUZZ_SEED = '22' } = process.env;
const RUNS = { seed: Number(UNDERSTUDY_FUZZ_SEED), numRuns: Number(UNDERSTUDY_FUZZ_PAIRS) };
const LONGEST_RUN = 10 * 60_000;

/** What the first format that a body is of makes of it, or undefined. JSON text in any case, and of bounded length. */
function read(body: Body): string | undefined {
  for (const { format } of formatsFor(body, body)) {
    const reading = format.read(body);
    if ('problem' in reading) {
      expect(reading.problem).not.toBe('');
      continue;
    }
    const document = scan(reading.json);
    // What claims to be JSON, or to hold it, is handed on as it is.
    if (format.name.startsWith('JSON') && !(document instanceof JsonDocument)) continue;
    expect(document).toBeInstanceOf(JsonDocument);
    expect(reading.json.length).toBeLessThan(40 * body.bytes.length + 200);
    return JSON.stringify([format.name, reading.json.toString('latin1'), ...(reading.asides ?? [])]);
  }
  return undefined;
}

describe.each(Object.entries(seeds))('any body that claims to be %s', (type, seed) => {
  const anyBody = fc.oneof(
    fc.array(mutation, { maxLength: 4 }).map((mutations) => mutated(Buffer.from(seed as string), mutations)),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  );

  it('is what it claims to be, unmutated', () => {
    const body = bodyOf(seed, type);
    if (formatsFor(body, body).length > 0) expect(read(body)).toBeTypeOf('string');
  });

  it(
    'is read as JSON text, or not at all',
    () => {
      fc.assert(
        fc.property(anyBody, (bytes) => {
          read(bodyOf(bytes, type));
        }),
        RUNS,
      );
    },
    LONGEST_RUN,
  );

  it(
    'equals itself, and differs from another the same way in both directions',
    () => {
      fc.assert(
        fc.property(anyBody, anyBody, (left, right) => {
          const self = comparePair({ type, body: left }, { type, body: Buffer.from(left) });
          expect(self.differences).toEqual([]);
          const there = comparePair({ type, body: left }, { type, body: right }).differences;
          const back = comparePair({ type, body: right }, { type, body: left }).differences;
          expect(back.length).toBe(there.length);
          const meaning = read(bodyOf(left, type));
          const same = meaning !== undefined && read(bodyOf(right, type)) === meaning;
          // A byte order mark is a difference of its own.
          if (same && markOf(left) === markOf(right) && left.length > 0 && right.length > 0) expect(there).toEqual([]);
        }),
        RUNS,
      );
    },
    LONGEST_RUN,
  );
});
