import type { NameRule } from './names.ts';
import { Pairs } from './pairs.ts';

/** Members of objects in YAML. Objects are told apart by the column in which their lines begin. */
export class Columns {
  readonly #ruleOf: (name: string) => NameRule | undefined;
  readonly #onObject: (pairs: Pairs) => void;
  /** The outermost first. */
  #open: { readonly at: number; readonly pairs: Pairs }[] = [];

  /** @param onObject called when all members of an object were seen. */
  constructor(ruleOf: (name: string) => NameRule | undefined, onObject: (pairs: Pairs) => void) {
    this.#ruleOf = ruleOf;
    this.#onObject = onObject;
  }

  /** The object that the last line belongs to. */
  get pairs(): Pairs | undefined {
    return this.#open.at(-1)?.pairs;
  }

  /** A line with a name in this column. `begins`: it is the first line of an item, `- name: …`. */
  line(column: number, begins: boolean): void {
    for (let last = this.#open.at(-1); last !== undefined; last = this.#open.at(-1)) {
      if (last.at < column || (last.at === column && !begins)) break;
      this.#onObject(last.pairs);
      this.#open.pop();
    }
    if (this.#open.at(-1)?.at !== column) this.#open.push({ at: column, pairs: new Pairs(this.#ruleOf) });
  }

  end(): void {
    for (const { pairs } of this.#open) this.#onObject(pairs);
    this.#open = [];
  }
}
