/** What the comparison said about the places of an exchange. */
import type { Difference, DifferenceKind } from '../../../model/difference.ts';
import type { RecordedExchange } from '../../../model/finding.ts';

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

interface Listed extends Difference {
  readonly as: Exclude<Mark['as'], 'no_difference'>;
  readonly rule?: string;
}

export class Marks {
  readonly #byPath: ReadonlyMap<string, readonly Listed[]>;
  /** Paths in which names are ids, or which stand for many. */
  readonly #patterns: readonly { readonly pattern: RegExp; readonly listed: Listed }[];

  constructor({ ending, differences, noise = [], accepted }: RecordedExchange) {
    const counted = ending === 'noise' ? 'noise' : 'difference';
    const all: Listed[] = [
      ...differences.map((each) => ({ ...each, as: counted }) as const),
      ...noise.map((each) => ({ ...each, as: 'noise' }) as const),
      ...accepted.map((each) => ({ ...each, as: 'accepted' }) as const),
    ];
    this.#byPath = Map.groupBy(all, ({ path }) => path);
    this.#patterns = all
      .filter(({ path }) => path.includes('{*}') || path.includes('…'))
      .map((listed) => ({ pattern: patternOf(listed.path), listed }));
  }

  /**
   * What was said of this place, if possible of this kind. `values`: as the comparison shows them, to tell apart what
   * is accepted and what is not at one place.
   */
  at(path: string, kind: DifferenceKind, values: Pick<Difference, 'left' | 'right'>): Mark {
    const here = this.#listed(path);
    const alike = here.filter((each) => each.kind === kind);
    const same = alike.find(({ left, right }) => left === values.left && right === values.right);
    const found = same ?? alike[0] ?? here[0];
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

  #listed(path: string): readonly Listed[] {
    const alike = this.#patterns.flatMap(({ pattern, listed }) => (pattern.test(path) ? [listed] : []));
    return [...(this.#byPath.get(path) ?? []), ...alike];
  }
}

function markOf({ as, kind, rule }: Listed): Mark {
  return { as, kind, ...(rule !== undefined && { rule }) };
}

function patternOf(path: string): RegExp {
  const parts = path.split(/(\.\{\*\}|…)/).map((part) => {
    if (part === '.{*}') return String.raw`(?:\.[^.[]+|\['(?:[^'\\]|\\.)*'\])`;
    return part === '…' ? '.*' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`, 's');
}
