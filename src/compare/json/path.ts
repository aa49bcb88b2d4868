import { stringText } from '../../content/json/string.ts';
import type { MemberPair, MemberTable } from './members.ts';
import { ANY_MEMBER, ELEMENT, memberStep, pathText, ROOT } from './path-text.ts';

/**
 * A place in a JSON body, kept as a link to the parent and the step from there. The text is only made for places that
 * are reported.
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
    return pathText(places.reverse(), (place) => place.#step());
  }

  #step(): string {
    if (this.#parent === undefined) return ROOT;
    if (this.#table === undefined || this.#member === undefined) return ELEMENT;
    return this.#table.namesAreIds ? ANY_MEMBER : memberStep(stringText(this.#member.document, this.#member.name));
  }
}
