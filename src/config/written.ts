import type { Rule } from './compare-types.ts';
import type { Position, Problem } from './problem.ts';
import type { Path } from './tree.ts';

/** What the options say together, after each was judged for itself. */
export interface Findings {
  readonly problems: Problem[];
  readonly warnings: Problem[];
}

export interface Written {
  /** Where the first of these options that is there at all was written; a missing member is where its section is. */
  readonly locate: (...paths: readonly Path[]) => Position;
  /** What stands there, as it was written; undefined where that is nothing, or no single value. */
  readonly textAt: (path: Path) => string | undefined;
  /** The options that were written. */
  readonly has: (option: string) => boolean;
  /** Whether the option was accepted as written. Where it was not, its default stands in, and proves nothing. */
  readonly sound: (option: string) => boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Compiles a rule as the comparison will, and throws where that cannot be done. */
  readonly tryRule: ((rule: Rule) => unknown) | undefined;
}
