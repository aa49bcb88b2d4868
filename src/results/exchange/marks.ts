/** What the comparison said about the places of an exchange. */
import { ANY_MEMBER } from '../../compare/json/path-text.ts';
import { type Difference, type DifferenceKind, OTHER_PLACES } from '../../model/difference.ts';
import type { RecordedExchange } from '../../model/finding.ts';

/**
 * `difference`: it counts. `noise`: production differs there from itself. `accepted`: by a rule. `no_difference`: the
 * texts differ, and the comparison took them for the same.
 */
export interface Mark {
  readonly as: 'difference' | 'noise' | 'accepted' | 'no_difference';
  readonly kind: DifferenceKind;
  /** Of what is accepted. */
  readonly rule?: string;
}

/** Where the shadow is as the primary, and the control is not. */
export const CONTROL_ALONE: Mark = { as: 'noise', kind: 'value' };

interface Listed extends Difference {
  readonly as: Exclude<Mark['as'], 'no_difference'>;
  readonly rule?: string;
}

export class Marks {
  readonly #byPath: ReadonlyMap<string, readonly Listed[]>;
  /** Those whose path has names that are ids, with what is between these names. */
  readonly #patterns: readonly { readonly between: readonly string[]; readonly listed: Listed }[];
  readonly #found = new Map<string, readonly Listed[]>();
  /** What stands for all that is not listed. */
  readonly #rest: Listed | undefined;

  constructor({ ending, differences, noise = [], accepted }: RecordedExchange) {
    const counted = ending === 'noise' ? 'noise' : 'difference';
    const all: Listed[] = [
      ...differences.map((each) => ({ ...each, as: counted }) as const),
      ...noise.map((each) => ({ ...each, as: 'noise' }) as const),
      ...accepted.map((each) => ({ ...each, as: 'accepted' }) as const),
    ];
    this.#byPath = Map.groupBy(all, ({ path }) => path);
    this.#patterns = all
      .filter(({ path }) => path.includes(ANY_MEMBER))
      .map((listed) => ({ between: listed.path.split(ANY_MEMBER), listed }));
    this.#rest = all.find(({ path }) => path === OTHER_PLACES.path);
  }

  /**
   * What was said of this place, if possible of this kind. `values`: as the comparison shows them, to tell apart what
   * is accepted and what is not at one place.
   */
  at(path: string, kind: DifferenceKind, values: Pick<Difference, 'left' | 'right'>): Mark {
    const here = this.#listed(path);
    const alike = here.filter((each) => each.kind === kind);
    const same = alike.find(({ left, right }) => left === values.left && right === values.right);
    const found = same ?? alike[0] ?? here[0] ?? this.#rest;
    return found === undefined ? { as: 'no_difference', kind } : markOf(found);
  }

  exactly(path: string, kind: DifferenceKind): Mark | undefined {
    const found = this.#listed(path).find((each) => each.kind === kind);
    return found && markOf(found);
  }

  /** Of texts, of which only lines or bytes are places. */
  inBody(): Mark | undefined {
    const listed = [...this.#byPath.values()].flat().filter(({ path }) => !/^(?:status|header\.|trailer\.)/.test(path));
    const found = listed.find(({ as }) => as === 'difference') ?? listed[0];
    return found && markOf(found);
  }

  /** A path may go on after the name of a field, into its value: `header.set-cookie[sid]`. */
  ofField(path: string): Mark {
    const listed = [...this.#byPath]
      .filter(([each]) => each === path || each.startsWith(`${path}[`))
      .flatMap(([, of]) => of);
    const found = listed.find(({ as }) => as === 'difference') ?? listed[0];
    return found === undefined ? { as: 'no_difference', kind: 'header' } : markOf(found);
  }

  /** Kept, as the elements of an array are at one place. */
  #listed(path: string): readonly Listed[] {
    let found = this.#found.get(path);
    if (found === undefined) {
      const alike = this.#patterns.flatMap(({ between, listed }) => (isBetween(path, between) ? [listed] : []));
      found = [...(this.#byPath.get(path) ?? []), ...alike];
      this.#found.set(path, found);
    }
    return found;
  }
}

function markOf({ as, kind, rule }: Listed): Mark {
  return { as, kind, ...(rule !== undefined && { rule }) };
}

/** One step to a member, whatever its name. */
const MEMBER = /\.[^.[]+|\['(?:[^'\\]|\\.)*'\]/sy;

/** Whether the path is made of these parts, with a member between each two. A name may be anything: it is never a pattern. */
function isBetween(path: string, [first = '', ...parts]: readonly string[]): boolean {
  if (!path.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts) {
    MEMBER.lastIndex = at;
    if (!MEMBER.test(path) || !path.startsWith(part, MEMBER.lastIndex)) return false;
    at = MEMBER.lastIndex + part.length;
  }
  return at === path.length;
}
