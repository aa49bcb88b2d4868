import { Columns } from './columns.ts';
import type { NameRule } from './names.ts';
import { isValuing, Pairs, type Written } from './pairs.ts';

/** An open bracket. */
export interface Frame {
  readonly name: string;
  /** Of all strings and numbers in it. */
  readonly rule: NameRule | undefined;
  readonly bracket: string;
  /** Where it begins. */
  readonly start: number;
  /** Whether it is what the pairs around it may have a name for. */
  readonly isValue: boolean;
  readonly pairs: Pairs;
  /** Strings of an array so far, and the first of them: in an array of arrays it may be the name of the second. */
  elements: number;
  first: string;
}

/** YAML below a name: all lines that are further in. */
export interface Block {
  readonly indent: number;
  readonly name: string;
  /** Of all that is in it. */
  readonly rule: NameRule | undefined;
}

/** Brackets in brackets that are read as a whole, and characters of those that are not. */
const DEEPEST = 32;
const SHORT = 1024;

/** What the place in a text is inside of. */
export class Nesting {
  readonly #text: string;
  readonly #ruleOf: (name: string) => NameRule | undefined;
  readonly #onObject: (pairs: Pairs) => void;
  readonly #frames: Frame[] = [];
  readonly #columns: Columns;

  /** @param onObject is told of an object once all of its members were seen. */
  constructor(text: string, ruleOf: (name: string) => NameRule | undefined, onObject: (pairs: Pairs) => void) {
    this.#text = text;
    this.#ruleOf = ruleOf;
    this.#onObject = onObject;
    this.#columns = new Columns(ruleOf, onObject);
  }

  /** The innermost bracket. */
  get frame(): Frame | undefined {
    return this.#frames.at(-1);
  }

  /** Of the innermost object, or of the lines of YAML that begin where this one does. */
  get pairs(): Pairs | undefined {
    const { frame } = this;
    return frame === undefined ? this.#columns.pairs : frame.bracket === '[' ? undefined : frame.pairs;
  }

  /** @param rule of its name, or of the lines around it. */
  open(bracket: string, start: number, name: string, rule: NameRule | undefined): void {
    const { frame: outer } = this;
    const isElement = name === '' && outer?.bracket === '[';
    const covering = outer?.rule ?? rule;
    this.#frames.push({
      name: isElement ? outer.name : name,
      rule: covering?.reach === 'everything' || bracket === '[' ? covering : undefined,
      bracket,
      start,
      isValue: isValuing(name),
      pairs: new Pairs(this.#ruleOf),
      elements: 0,
      first: '',
    });
  }

  /** @param end after the bracket. */
  close(bracket: string, end: number): void {
    if (bracket === '>' && this.frame?.bracket !== '<') return;
    // What was no tag after all ends with what is around it.
    while (bracket !== '>' && this.frame?.bracket === '<') this.#onObject(this.#frames.pop()!.pairs);
    const frame = this.#frames.pop();
    if (frame === undefined) return;
    this.#onObject(frame.pairs);
    if (!frame.isValue) return;
    const { start } = frame;
    // Of what is deep inside of others a part will do, so that no text is read again at each level.
    const content = this.#text.slice(start, this.#frames.length < DEEPEST ? end : start + SHORT);
    this.pairs?.addValue({ start, end, content, quote: '"', kind: 'container' });
  }

  /** The bracket was part of a name, as in `user[password]=…`. */
  cancel(): void {
    this.#frames.pop();
  }

  /** A line of no bracket with a name in that column; `begins`: the first of an item, `- name: …`. */
  line(column: number, begins: boolean): void {
    this.#columns.line(column, begins);
  }

  /** In an array of arrays, of the second string by the first: `[["password", "…"]]`. */
  elementRule({ content }: Written): NameRule | undefined {
    const { frame } = this;
    if (frame?.bracket !== '[' || this.#frames.at(-2)?.bracket !== '[') return undefined;
    frame.elements++;
    if (frame.elements === 1) frame.first = content;
    return frame.elements === 2 ? this.#ruleOf(frame.first) : undefined;
  }

  /** At the end of the text. */
  end(): void {
    for (const { pairs } of this.#frames) this.#onObject(pairs);
    this.#columns.end();
  }
}
