import type { FilterFunction, JSONPathEnvironment, JSONValue, jsonpath } from 'json-p3';
import { onDemand } from '../../lib/on-demand.ts';
import { compileIRegexp } from './regex.ts';

/*
 * Paths are parsed, and filters evaluated, by json-p3, which passes the RFC 9535 compliance suite. The segments are
 * matched here, step by step during the walk through two documents: running a query over a whole document would require
 * to build both documents first, which the comparison avoids.
 */

/** The segments of an RFC 9535 query. None: the query is `$`, the whole body. */
export type Pattern = readonly Segment[];

export interface Segment {
  /** `..`: the selectors may also match any number of steps further down. */
  readonly descendant: boolean;
  readonly selectors: readonly Selector[];
}

export type Selector =
  | { readonly by: 'name'; readonly name: string }
  | { readonly by: 'wildcard' }
  | { readonly by: 'index'; readonly index: number }
  | { readonly by: 'slice'; readonly start?: number; readonly stop?: number; readonly step: number }
  | { readonly by: 'filter'; readonly test: (value: JSONValue, root: JSONValue) => boolean };

/** Patterns may come from the documents: only the first ones are kept compiled. */
const REMEMBERED_PATTERNS = 100;

const jsonP3 = onDemand<typeof import('json-p3')>('json-p3');

let made: JSONPathEnvironment | undefined;

function environment(): JSONPathEnvironment {
  if (made === undefined) {
    made = new (jsonP3().JSONPathEnvironment)();
    made.functionRegister.set('match', regexFunction('whole'));
    made.functionRegister.set('search', regexFunction('part'));
  }
  return made;
}

/** RFC 9535, sections 2.4.6 and 2.4.7, on an engine that can't hang. An invalid pattern matches nothing. */
function regexFunction(extent: 'whole' | 'part'): FilterFunction {
  const compiled = new Map<string, (text: string) => boolean>();
  const { ValueType, LogicalType } = jsonP3().FunctionExpressionType;
  return {
    argTypes: [ValueType, ValueType],
    returnType: LogicalType,
    call: (text, pattern) => {
      if (typeof text !== 'string' || typeof pattern !== 'string') return false;
      try {
        const test = compiled.get(pattern) ?? compileIRegexp(pattern, extent);
        if (compiled.size < REMEMBERED_PATTERNS) compiled.set(pattern, test);
        return test(text);
      } catch {
        return false;
      }
    },
  };
}

/** Throws for a text that is not a query. */
export function parsePattern(path: string): Pattern {
  return environment()
    .compile(path)
    .segments.map((segment) => ({
      descendant: segment.toString().startsWith('..'),
      selectors: segment.selectors.map(toSelector),
    }));
}

function toSelector(selector: jsonpath.JSONPathSelector): Selector {
  const { NameSelector, WildcardSelector, IndexSelector, SliceSelector, FilterSelector } = jsonP3().jsonpath.selectors;
  if (selector instanceof NameSelector) return { by: 'name', name: selector.name };
  if (selector instanceof WildcardSelector) return { by: 'wildcard' };
  if (selector instanceof IndexSelector) return { by: 'index', index: selector.index };
  if (selector instanceof SliceSelector) {
    const { start, stop, step } = selector;
    return {
      by: 'slice',
      ...(start === undefined ? {} : { start }),
      ...(stop === undefined ? {} : { stop }),
      step: step ?? 1,
    };
  }
  if (selector instanceof FilterSelector) {
    const { expression } = selector;
    return {
      by: 'filter',
      test: (currentValue, rootValue) => expression.evaluate({ environment: environment(), currentValue, rootValue }),
    };
  }
  throw new Error(`unknown selector ${selector}`);
}

/** RFC 9535, section 2.3.4.2: whether a slice takes the element at `index` of an array of `length`. */
export function sliceTakes(slice: Selector & { by: 'slice' }, index: number, length: number): boolean {
  const { step } = slice;
  if (step === 0) return false;
  const normalize = (bound: number) => (bound >= 0 ? bound : length + bound);
  if (step > 0) {
    const lower = Math.min(Math.max(normalize(slice.start ?? 0), 0), length);
    const upper = Math.min(Math.max(normalize(slice.stop ?? length), 0), length);
    return index >= lower && index < upper && (index - lower) % step === 0;
  }
  const upper = Math.min(Math.max(normalize(slice.start ?? length - 1), -1), length - 1);
  const lower = slice.stop === undefined ? -1 : Math.min(Math.max(normalize(slice.stop), -1), length - 1);
  return index <= upper && index > lower && (upper - index) % -step === 0;
}
