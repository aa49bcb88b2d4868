import { stringText } from '../../content/json/string.ts';
import type { MemberPair, MemberTable } from './members.ts';

/**
 * A place in a JSON body without indices: `$.items[*].price`, `$['a-b']`, `$.byId.{*}.name`. Kept as a link to the
 * parent and the step from there. The text is only made for places that are reported.
 */
export class Path {
  static readonly root = new Path(undefined, undefined, undefined);

  readonly #parent: Path | undefined;
  /** The objects of a member, and its name; an element has neither. */
  readonly #table: MemberTable | undefined;
  readonly #member: MemberPair | undefined;
  #text: string | undefined;

  private constructor(parent: Path | undefined, table: MemberTable | undefined, member: MemberPair | undefined) {
    this.#parent = parent;
    this.#table = table;
    this.#member = member;
  }

  member(table: MemberTable, member: MemberPair): Path {
    return new Path(this, table, member);
  }

  element(): Path {
    return new Path(this, undefined, undefined);
  }

  toString(): string {
    this.#text ??= this.#write();
    return this.#text;
  }

  #write(): string {
    const places: Path[] = [];
    for (let path: Path | undefined = this; path !== undefined; path = path.#parent) places.push(path);
    const steps = (some: readonly Path[]) => some.map((place) => place.#step()).join('');
    places.reverse();
    return places.length <= LONGEST
      ? steps(places)
      : `${steps(places.slice(0, LONGEST / 2))}…${steps(places.slice(-LONGEST / 2))}`;
  }

  #step(): string {
    if (this.#parent === undefined) return '$';
    if (this.#table === undefined || this.#member === undefined) return '[*]';
    return this.#table.namesAreIds ? '.{*}' : memberStep(stringText(this.#member.document, this.#member.name));
  }
}

/** The most steps that are written out; of a deeper place, only the first and the last ones. */
const LONGEST = 40;

const LONGEST_NAME = 80;

/** RFC 9535, section 2.5.1.1, member-name-shorthand. */
const SHORTHAND = /^[A-Z_a-z\u{80}-\u{D7FF}\u{E000}-\u{10FFFF}][\w\u{80}-\u{D7FF}\u{E000}-\u{10FFFF}]*$/u;

function memberStep(name: string): string {
  const shown = name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME)}…`;
  return SHORTHAND.test(shown) ? `.${shown}` : `['${escapeName(shown)}']`;
}

/** RFC 9535, section 2.7, normalized paths. */
function escapeName(name: string): string {
  return JSON.stringify(name).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
}
