import type { JsonDocument } from '../../content/json/document.ts';
import { stringBytes } from '../../content/json/string.ts';
import type { OwnWords } from '../own/own-words.ts';
import type { DocumentPair } from './document-pair.ts';
import { looksLikeIds } from './ids.ts';
import { nameMark } from './name-mark.ts';

/** A member that two objects don't share with the same bytes. */
export interface MemberPair {
  /** The node of the name, and its document: the left one if the member is there. */
  readonly name: number;
  readonly document: JsonDocument;
  /** The node of the value on each side, or -1; where the name is repeated, the last value. */
  readonly left: number;
  readonly right: number;
  /** How often each side has the name, where that differs. */
  readonly repeats?: { readonly left: number; readonly right: number };
}

/** Objects with more members are matched by a hash table, others by linear search. */
const FEW = 24;

/** The right names for `#byLooking`: a mark that equal names share, and the node. */
const marks = new Int32Array(FEW);
const nodes = new Int32Array(FEW);

/** The members of two objects side by side. */
export class MemberTable {
  readonly #documents: DocumentPair;
  readonly #left: number;
  readonly #right: number;
  readonly #own: OwnWords | undefined;
  #namesAreIds: boolean | undefined;

  constructor(documents: DocumentPair, leftObject: number, rightObject: number, own?: OwnWords) {
    this.#own = own;
    this.#documents = documents;
    this.#left = leftObject;
    this.#right = rightObject;
  }

  /** Whether the objects are tables by id: then names are not part of a place. */
  get namesAreIds(): boolean {
    this.#namesAreIds ??=
      looksLikeIds(this.#documents.left, this.#left) && looksLikeIds(this.#documents.right, this.#right);
    return this.#namesAreIds;
  }

  pairs(): readonly MemberPair[] {
    return this.#inStep() ?? this.#byLooking() ?? this.#byName();
  }

  /** The usual case: the same names in the same order. */
  #inStep(): readonly MemberPair[] | undefined {
    const { left, right } = this.#documents;
    const pairs: MemberPair[] = [];
    const leftEnd = left.next(this.#left);
    const rightEnd = right.next(this.#right);
    let l = this.#left + 1;
    let r = this.#right + 1;
    while (l < leftEnd && r < rightEnd) {
      if (!this.#documents.same(l, r)) return undefined;
      if (!this.#documents.same(l + 1, r + 1)) pairs.push(pairOf(left, l, r));
      l = left.next(l + 1);
      r = right.next(r + 1);
    }
    return l === leftEnd && r === rightEnd ? pairs : undefined;
  }

  /**
   * Matches small objects with the same names in another order; undefined where a name is missing, or may just be
   * spelled differently.
   */
  #byLooking(): readonly MemberPair[] | undefined {
    const { left, right } = this.#documents;
    const rightEnd = right.next(this.#right);
    let count = 0;
    for (let r = this.#right + 1; r < rightEnd; r = right.next(r + 1)) {
      if (count === FEW) return undefined;
      marks[count] = nameMark(right, r);
      nodes[count++] = r;
    }
    const pairs: MemberPair[] = [];
    const leftEnd = left.next(this.#left);
    let untaken = count;
    for (let l = this.#left + 1; l < leftEnd; l = left.next(l + 1)) {
      const mark = nameMark(left, l);
      let at = 0;
      while (at < count && (marks[at] !== mark || !this.#documents.same(l, nodes[at]!))) at++;
      if (at === count) return undefined;
      marks[at] = TAKEN;
      untaken--;
      const r = nodes[at]!;
      if (!this.#documents.same(l + 1, r + 1)) pairs.push(pairOf(left, l, r));
    }
    return untaken === 0 ? pairs : undefined;
  }

  #byName(): readonly MemberPair[] {
    const { left, right } = this.#documents;
    const members = new Map<string, NamesOfBoth>();
    const at = (text: string) => {
      const known = members.get(text) ?? { left: [], right: [] };
      members.set(text, known);
      return known;
    };
    for (const name of left.names(this.#left)) at(stringBytes(left, name)).left.push(name);
    for (const name of right.names(this.#right)) at(stringBytes(right, name)).right.push(name);
    if (this.#own !== undefined) joinNames(members, this.#own);
    return [...members.values()]
      .flatMap((names) => this.#pairsOfOneName(names.left, names.right))
      .filter(({ left: l, right: r, repeats }) => l < 0 || r < 0 || repeats || !this.#documents.same(l, r));
  }

  #pairsOfOneName(leftNames: readonly number[], rightNames: readonly number[]): readonly MemberPair[] {
    const { left, right } = this.#documents;
    if (leftNames.length === rightNames.length) return leftNames.map((l, at) => pairOf(left, l, rightNames[at]!));
    const l = leftNames.at(-1);
    const r = rightNames.at(-1);
    if (l === undefined) return [{ name: r!, document: right, left: -1, right: r! + 1 }];
    if (r === undefined) return [{ name: l, document: left, left: l + 1, right: -1 }];
    return [{ ...pairOf(left, l, r), repeats: { left: leftNames.length, right: rightNames.length } }];
  }
}

const TAKEN = -1;

interface NamesOfBoth {
  readonly left: number[];
  readonly right: number[];
}

/** Joins names that only one side has, where they are the same except for what each side says about itself. */
function joinNames(members: Map<string, NamesOfBoth>, own: OwnWords): void {
  const onRight = [...members].filter(([, { left }]) => left.length === 0);
  const byText = new Map(onRight.map(([name, names]) => [own.right(name), { name, names }]));
  if (byText.size === 0) return;
  for (const [name, { left, right }] of members) {
    if (right.length > 0 || left.length === 0) continue;
    const same = byText.get(own.left(name));
    if (same === undefined || !members.delete(same.name)) continue;
    for (const at of same.names.right) right.push(at);
  }
}

function pairOf(document: JsonDocument, leftName: number, rightName: number): MemberPair {
  return { name: leftName, document, left: leftName + 1, right: rightName + 1 };
}
