import type { Rule } from './compare-types.ts';
import type { Position, Problem } from './problem.ts';
import type { Path } from './tree.ts';

/** The options together, after each was checked by itself. */
export interface Findings {
  readonly problems: Problem[];
  readonly warnings: Problem[];
}

export interface Written {
  /** Where the first present option of these was written; a missing member has the position of its section. */
  readonly locate: (...paths: readonly Path[]) => Position;
  /** The text as written; undefined if there is none, or it is not a single value. */
  readonly textAt: (path: Path) => string | undefined;
  /** Whether the option was written. */
  readonly has: (...path: Path) => boolean;
  /** A path of the configuration as text, with the indices that the file has: those of rejected items count. */
  readonly name: (path: Path) => string;
  /** Whether all of the option was accepted as written; `*` is any item of a list. If not, its default is used, which proves nothing. */
  readonly sound: (...path: Path) => boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Compiles a rule as the comparison does. Throws if that fails. */
  readonly tryRule: ((rule: Rule) => unknown) | undefined;
}
