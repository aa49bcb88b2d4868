import { Columns } from './columns.ts';
import type { NameRule } from './names.ts';
import { isValuing, Pairs, type Written } from './pairs.ts';

/** An open bracket. */
export interface Frame {
  readonly name: string;
  /** The rule for all strings and numbers in it. */
  readonly rule: NameRule | undefined;
  readonly bracket: string;
  /** Where it begins. */
  readonly start: number;
  /** Whether it is a value that the pairs around it may name. */
  readonly isValue: boolean;
  readonly pairs: Pairs;
  /**
   * The number of strings in an array so far, and the first of them. In an array of arrays it may be the name of the
   * second.
   */
  elements: number;
  first: string;
}

/** YAML below a name: all lines that are indented further. */
export interface Block {
  readonly indent: number;
  readonly name: string;
  /** The rule for everything in it. */
  readonly rule: NameRule | undefined;
}

/** Depth of nested brackets that are read as a whole, and number of characters of those that are not. */
const DEEPEST = 32;
const SHORT = 1024;

/** What the current position in a text is nested in. */
export class Nesting {
  readonly #text: string;
  readonly #ruleOf: (name: string) => NameRule | undefined;
  readonly #onObject: (pairs: Pairs) => void;
  readonly #frames: Frame[] = [];
  readonly #columns: Columns;

  /** @param onObject called when all members of an object were seen. */
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

  /** The members of the innermost object, or of the YAML lines that begin in the same column. */
  get pairs(): Pairs | undefined {
    const { frame } = this;
    return frame === undefined ? this.#columns.pairs : frame.bracket === '[' ? undefined : frame.pairs;
  }

  /** @param rule the rule of its name, or of the lines around it. */
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

  /** @param end the position after the bracket. */
  close(bracket: string, end: number): void {
    if (bracket === '>' && this.frame?.bracket !== '<') return;
    // What turned out not to be a tag ends with what is around it.
    while (bracket !== '>' && this.frame?.bracket === '<') this.#onObject(this.#frames.pop()!.pairs);
    const frame = this.#frames.pop();
    if (frame === undefined) return;
    this.#onObject(frame.pairs);
    if (!frame.isValue) return;
    const { start } = frame;
    // Of deeply nested values only a part is read, so that no text is read again at each level.
    const content = this.#text.slice(start, this.#frames.length < DEEPEST ? end : start + SHORT);
    this.pairs?.addValue({ start, end, content, quote: '"', kind: 'container' });
  }

  /** The bracket was part of a name, as in `user[password]=…`. */
  cancel(): void {
    this.#frames.pop();
  }

  /** A line outside brackets with a name in this column. `begins`: it is the first line of an item, `- name: …`. */
  line(column: number, begins: boolean): void {
    this.#columns.line(column, begins);
  }

  /** In an array of arrays, the first string gives the rule for the second: `[["password", "…"]]`. */
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
