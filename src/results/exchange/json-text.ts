/** JSON as it was recorded: numbers and duplicate names as they are written, and a text that was cut as far as it goes. */

export type JsonNode =
  /** `text`: its source. */
  | { readonly kind: 'scalar'; readonly text: string }
  | { readonly kind: 'object'; readonly members: readonly JsonMember[] }
  | { readonly kind: 'array'; readonly elements: readonly JsonNode[] };

export interface JsonMember {
  /** As it is meant, without quotes and escapes. */
  readonly name: string;
  readonly value: JsonNode;
}

/** What lies deeper is shown as its source, so that hostile nesting costs nothing. */
const DEEPEST = 100;

/** One token and the white space before it. A string that was cut off ends with the text. */
const TOKEN = /\s*("(?:[^"\\]|\\.)*"?|[{}[\],:]|[^\s"{}[\],:]+)/gsy;

/**
 * Undefined for what is no JSON.
 * @param cut whether only the beginning of the text was recorded: then it may end anywhere.
 */
export function readJson(text: string, cut: boolean): JsonNode | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  if (!cut && !isJson(text)) return undefined;
  return new Reader(text).value(0);
}

/** The text that a scalar stands for: that of a string without quotes and escapes. */
export function meaningOf(scalar: string): string {
  if (!scalar.startsWith('"')) return scalar;
  try {
    return JSON.parse(scalar) as string;
  } catch {
    return scalar.replace(/^"|"$/g, '');
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** At the end of a text that was cut, an empty scalar. */
  value(depth: number): JsonNode {
    if (depth === DEEPEST) return { kind: 'scalar', text: this.#source() };
    const token = this.#next();
    if (token === '{') return { kind: 'object', members: this.#members(depth) };
    if (token === '[') return { kind: 'array', elements: this.#elements(depth) };
    return { kind: 'scalar', text: token ?? '' };
  }

  #members(depth: number): readonly JsonMember[] {
    const members: JsonMember[] = [];
    for (let token = this.#next(); token !== undefined && token !== '}'; token = this.#next()) {
      if (token === ',') continue;
      this.#next();
      members.push({ name: meaningOf(token), value: this.value(depth + 1) });
    }
    return members;
  }

  #elements(depth: number): readonly JsonNode[] {
    const elements: JsonNode[] = [];
    for (let token = this.#peek(); token !== undefined && token !== ']'; token = this.#peek()) {
      if (token === ',') this.#next();
      else elements.push(this.value(depth + 1));
    }
    this.#next();
    return elements;
  }

  /** The source of one value, however deep it is. */
  #source(): string {
    let open = 0;
    let source = '';
    do {
      const token = this.#next();
      if (token === undefined) break;
      if (token === '{' || token === '[') open++;
      if (token === '}' || token === ']') open--;
      source += token;
    } while (open > 0);
    return source;
  }

  #next(): string | undefined {
    TOKEN.lastIndex = this.#at;
    const token = TOKEN.exec(this.#text)?.[1];
    if (token !== undefined) this.#at = TOKEN.lastIndex;
    return token;
  }

  #peek(): string | undefined {
    const at = this.#at;
    const token = this.#next();
    this.#at = at;
    return token;
  }
}
