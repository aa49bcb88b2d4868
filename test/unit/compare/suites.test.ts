import fastDeepEqual from 'fast-deep-equal';
import { describe, expect, it } from 'vitest';
import { JsonDocument } from '../../../src/compare/json/document.ts';
import { scan } from '../../../src/compare/json/scan.ts';
import { childSteps } from '../../../src/compare/json/steps.ts';
import { parsePattern } from '../../../src/compare/rules/pattern.ts';
import { compileRules } from '../../../src/compare/rules/rule.ts';
import { rootScope, type Scope, type Step } from '../../../src/compare/rules/scope.ts';
import patchPairs from '../../fixtures/compare/json-patch-pairs.json' with { type: 'json' };
import parsing from '../../fixtures/compare/json-test-suite.json' with { type: 'json' };
import compliance from '../../fixtures/compare/jsonpath-compliance.json' with { type: 'json' };
import { compareJson, rule } from './pair.ts';

/** Public suites, each with its source and license in its fixture. */

describe('the JSON parsing test suite', () => {
  const files = Object.entries(parsing.files).map(([name, content]) => ({
    name,
    bytes: Buffer.from(content, 'base64'),
  }));
  const isJson = (bytes: Buffer) => scan(bytes) instanceof JsonDocument;

  it('is all there', () => expect(files).toHaveLength(316));

  it.each(files.filter(({ name }) => name.startsWith('y_')))('accepts $name', ({ bytes }) => {
    expect(isJson(bytes)).toBe(true);
  });

  it.each(files.filter(({ name }) => name.startsWith('n_')))('refuses $name', ({ bytes }) => {
    expect(isJson(bytes)).toBe(false);
  });

  it.each(files.filter(({ name }) => name.startsWith('i_')))(
    'takes $name if and only if JSON.parse takes its bytes',
    ({ name, bytes }) => {
      // The suite leaves these to the implementation. UTF-16 and byte order marks are dealt with before the scan.
      const taken = (() => {
        try {
          JSON.parse(bytes.toString());
          return true;
        } catch {
          return false;
        }
      })();
      expect([name, isJson(bytes)]).toEqual([name, taken]);
    },
  );

  it.each(['['.repeat(100_000), '[{"":'.repeat(50_000)])('refuses 100,000 containers that are never closed', (text) => {
    expect(isJson(Buffer.from(text))).toBe(false);
  });
});

describe('the JSONPath compliance suite', () => {
  type Test = (typeof compliance.tests)[number];
  const valid = compliance.tests.filter((test) => !('invalid_selector' in test));
  const invalid = compliance.tests.filter((test) => 'invalid_selector' in test);

  it('is all there', () => expect([valid.length, invalid.length]).toEqual([456, 247]));

  it.each(invalid)('refuses $name', ({ selector }) => {
    expect(() => parsePattern(selector)).toThrow();
  });

  it.each(valid)('a rule covers what is selected, and all below: $name', (test) => {
    const { document, results } = expectation(test);
    const covered = coveredPaths(test.selector, JSON.stringify(document));
    // Where the order is left open, the places are the same.
    expect(covered).toEqual(closure(results, JSON.stringify(document)));
  });

  function expectation(test: Test): { document: unknown; results: readonly string[] } {
    const { document, result_paths, results_paths } = test as {
      document?: unknown;
      result_paths?: string[];
      results_paths?: string[][];
    };
    return { document, results: result_paths ?? results_paths?.[0] ?? [] };
  }
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
  it('are all there', () => expect(patchPairs.pairs.length).toBeGreaterThan(50));

  it.each(patchPairs.pairs)('differ exactly where they are not equal: $doc and $expected', ({ doc, expected }) => {
    expect(compareJson(doc, expected).differences.length === 0).toBe(fastDeepEqual(doc, expected));
  });
});
