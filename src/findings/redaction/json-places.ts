import { type Pattern, parsePattern, type Selector } from '../../compare/rules/pattern.ts';

/** A step into a JSON value. Index-free places only know that a step leads into an array. */
export type Step = { readonly name: string } | 'element' | 'unknown';

/**
 * How far a walk into a JSON body has followed the configured paths. Selectors that need an index (an index, a slice,
 * a filter) count as matching: it is better to hide one value too many.
 */
export class JsonPlace {
  /** Whether a path led here, or to something around this. */
  readonly covered: boolean;
  readonly #pending: readonly Pattern[];

  private constructor(pending: readonly Pattern[], covered: boolean) {
    this.#pending = pending;
    this.covered = covered;
  }

  /** The root of a body. Throws for a text that is not a JSONPath query. */
  static root(paths: readonly string[]): JsonPlace {
    return JsonPlace.#at(paths.map(parsePattern), false);
  }

  static #at(patterns: readonly Pattern[], covered: boolean): JsonPlace {
    return new JsonPlace(
      patterns.filter((pattern) => pattern.length > 0),
      covered || patterns.some((pattern) => pattern.length === 0),
    );
  }

  /** Whether nothing here or below is to be hidden. */
  get free(): boolean {
    return !this.covered && this.#pending.length === 0;
  }

  child(step: Step): JsonPlace {
    if (this.covered || this.#pending.length === 0) return this;
    const next = this.#pending.flatMap((pattern) => {
      const [segment, ...rest] = pattern;
      const here = segment!.descendant ? [pattern] : [];
      return segment!.selectors.some((selector) => selects(selector, step)) ? [...here, rest] : here;
    });
    return JsonPlace.#at(next, false);
  }

  /** The place of a difference, or undefined if its path is ambiguous. */
  follow(path: string): JsonPlace | undefined {
    let place: JsonPlace = this;
    let end = 1;
    for (const step of stepsOf(path)) {
      place = place.child(step.step);
      end = step.end;
    }
    return end === path.length ? place : undefined;
  }

  /** A path without the names inside a covered place: they are a part of what is hidden. */
  redactPath(path: string): string {
    let place: JsonPlace = this;
    let end = 1;
    for (const step of stepsOf(path)) {
      if (place.covered) break;
      place = place.child(step.step);
      end = step.end;
    }
    return place.free || end === path.length ? path : `${path.slice(0, end)}${REST}`;
  }
}

/** For each path, the last member name in it: a text must contain it to hold such a value. `''` if there is none. */
export function lastNames(paths: readonly string[]): string[] {
  return paths.map((path) => {
    const names = parsePattern(path).map(({ selectors }) => selectors.find((selector) => selector.by === 'name')?.name);
    return names.findLast((name) => name !== undefined) ?? '';
  });
}

function selects(selector: Selector, step: Step): boolean {
  if (step === 'unknown') return true;
  if (selector.by === 'name') return step !== 'element' && step.name === selector.name;
  return selector.by === 'wildcard' || selector.by === 'filter' || step === 'element';
}

/** Stands for omitted names. */
export const REST = '.…';

const STEP = /\[\*\]|\.\{\*\}|\['((?:[^'\\]|\\.)*)'\]|\.([^.[\]{}]+)/y;

/** The steps of a place as named in differences, each with its end, up to where names or steps were omitted. */
export function* stepsOf(path: string): Generator<{ readonly step: Step; readonly end: number }> {
  for (let end = 1; end < path.length; ) {
    STEP.lastIndex = end;
    const [text, quoted, name] = STEP.exec(path) ?? [];
    if (text === undefined || text.includes('…')) return;
    end += text.length;
    const written = name ?? (quoted === undefined ? undefined : unquote(quoted));
    yield { step: written === undefined ? unnamed(text) : { name: written }, end };
  }
}

function unnamed(step: string): Step {
  return step === '[*]' ? 'element' : 'unknown';
}

/** A name in single quotes (RFC 9535, section 2.7) without its quotes; undefined if it is malformed. */
function unquote(name: string): string | undefined {
  try {
    return JSON.parse(`"${name.replaceAll("\\'", "'").replaceAll('"', '\\"')}"`) as string;
  } catch {
    return undefined;
  }
}
