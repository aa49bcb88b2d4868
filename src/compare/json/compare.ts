import type { JsonDocument } from '../../content/json/document.ts';
import { isValidText, stringText } from '../../content/json/string.ts';
import type { DifferenceKind } from '../../model/difference.ts';
import type { Account } from '../account.ts';
import type { PairContext } from '../context.ts';
import type { Deadline } from '../deadline.ts';
import type { Fold } from '../own/origins.ts';
import type { OwnWords } from '../own/own-words.ts';
import type { CompiledRule } from '../rules/rule.ts';
import type { Scope } from '../rules/scope.ts';
import { textValue, type Value } from '../value.ts';
import type { ArraySide } from './array-side.ts';
import { DocumentPair } from './document-pair.ts';
import { type Matching, matchElements } from './elements.ts';
import { embeddedDocument } from './embedded.ts';
import { areEqual } from './equality.ts';
import { JsonHashes } from './hash.ts';
import { JsonValue } from './json-value.ts';
import { type MemberPair, MemberTable } from './members.ts';
import { Path } from './path.ts';
import { type Rename, renameAt } from './renames.ts';
import { sameScalar } from './scalar.ts';
import { isSameOrder, isSiblingOrder } from './sibling-order.ts';
import { elementSide, elementStep, memberSide, memberStep } from './steps.ts';

/*
 * Walks two documents side by side, and only into parts that differ: values with equal bytes are equal. Pairs still to
 * be compared are on an explicit stack, so that depth can't overflow the call stack.
 */

/** Compares two JSON documents under the rules of a scope and adds what differs to the account. */
export function compareDocuments(
  left: JsonDocument,
  right: JsonDocument,
  { scope, account, deadline, own }: Pick<PairContext, 'scope' | 'account' | 'deadline' | 'own'>,
  content: Content = 'json',
): void {
  new Walk(left, right, account, deadline, content, own).run(Path.root, scope);
}

/** What a document was read from. Markup has members with a special meaning, see `sibling-order.ts`. */
type Content = 'json' | 'markup';

/** A place where both sides have a value, and the bytes differ. */
interface Pair {
  readonly left: number;
  readonly right: number;
  readonly path: Path;
  readonly scope: Scope;
}

class Walk {
  readonly #documents: DocumentPair;
  readonly #left: JsonDocument;
  readonly #right: JsonDocument;
  readonly #account: Account;
  readonly #deadline: Deadline;
  readonly #content: Content;
  /** The rule by which a string was opened. Its content may have such strings again. */
  readonly #embedding: CompiledRule | undefined;
  readonly #own: OwnWords | undefined;
  readonly #waiting: Pair[] = [];
  #saysItsOwn: boolean | undefined;
  #leftHashes: JsonHashes | undefined;
  #rightHashes: JsonHashes | undefined;

  constructor(
    left: JsonDocument,
    right: JsonDocument,
    account: Account,
    deadline: Deadline,
    content: Content,
    own: OwnWords | undefined,
    embedding?: CompiledRule,
  ) {
    this.#own = own;
    this.#content = content;
    this.#embedding = embedding;
    this.#deadline = deadline;
    this.#documents = new DocumentPair(left, right);
    this.#left = left;
    this.#right = right;
    this.#account = account;
  }

  run(path: Path, scope: Scope): void {
    // White space around the value is not part of it.
    if (!areEqual(this.#documents, 0, 0)) this.#waiting.push({ left: 0, right: 0, path, scope });
    for (let pair = this.#waiting.pop(); pair !== undefined; pair = this.#waiting.pop()) {
      this.#account.place = pair.path;
      if (this.#deadline.passed || this.#account.full) {
        if (this.#account.full) this.#account.giveUp(`too many places differ, at ${pair.path}`);
        else this.#account.runOutOfTime(`the time for one pair is over, at ${pair.path}`);
        return;
      }
      const mark = this.#waiting.length;
      this.#compare(pair);
      reverseFrom(this.#waiting, mark);
    }
  }

  #compare(pair: Pair): void {
    const type = this.#left.type(pair.left);
    if (type !== this.#right.type(pair.right)) this.#addPair('type', pair);
    else if (type === 'object') this.#compareObjects(pair);
    else if (type === 'array') this.#compareArrays(pair);
    else if (type === 'string') this.#compareStrings(pair);
    else if (!sameScalar(this.#left, pair.left, this.#right, pair.right)) this.#addPair('value', pair);
  }

  #compareStrings(pair: Pair): void {
    if (sameScalar(this.#left, pair.left, this.#right, pair.right) || this.#compareEmbedded(pair)) return;
    const valid = isValidText(this.#left, pair.left) && isValidText(this.#right, pair.right);
    this.#addPair(valid ? 'value' : 'encoding', pair);
  }

  /** Compares the JSON in two strings, where a rule says so. False where there is no such rule or no JSON. */
  #compareEmbedded(pair: Pair): boolean {
    const rule = lastRule(pair.scope, 'embedded') ?? this.#embedding;
    const left = rule && embeddedDocument(this.#left, pair.left);
    const right = left && embeddedDocument(this.#right, pair.right);
    if (!rule || !left || !right) return false;
    this.#account.applied(rule);
    new Walk(left, right, this.#account, this.#deadline, 'json', this.#own, rule).run(pair.path, pair.scope);
    return true;
  }

  #compareObjects(pair: Pair): void {
    const table = new MemberTable(this.#documents, pair.left, pair.right, this.#own);
    const members = table.pairs();
    const renames = pair.scope.uniform ? [] : this.#renames(pair, members);
    if (renames.length === 0) {
      for (const member of members) this.#compareMember(pair, table, member);
      return;
    }
    for (const rename of renames) this.#compareRenamed(pair, table, rename);
    const renamed = new Set(renames.flatMap(({ from, to }) => [from, to]));
    for (const member of members) if (!renamed.has(member)) this.#compareMember(pair, table, member);
  }

  /** Pairs members that are missing on the right with those that a rule gives as their new name. */
  #renames(pair: Pair, members: readonly MemberPair[]): readonly Rename[] {
    const added = members.filter(({ left }) => left < 0);
    if (added.length === 0) return [];
    let addedByName: ReadonlyMap<string, MemberPair> | undefined;
    return members.flatMap((from) => {
      if (from.right >= 0) return [];
      const scope = this.#memberScope(pair.scope, from);
      const rename = renameAt(scope);
      if (rename === undefined) return [];
      addedByName ??= new Map(added.map((member) => [stringText(member.document, member.name), member]));
      const to = addedByName.get(rename.to);
      return to === undefined ? [] : [{ from, to, rule: rename.rule, scope }];
    });
  }

  #compareRenamed(pair: Pair, table: MemberTable, { from, to, rule, scope }: Rename): void {
    const path = pair.path.member(table, from);
    this.#account.accept(rule, {
      path: path.toString(),
      kind: 'moved',
      left: textValue(path.toString()),
      right: textValue(pair.path.member(table, to).toString()),
    });
    const moved = { left: from.left, right: to.right, path, scope };
    if (!this.#documents.same(moved.left, moved.right)) this.#waiting.push(moved);
  }

  #compareMember(pair: Pair, table: MemberTable, member: MemberPair): void {
    const { left, right, repeats } = member;
    const path = pair.path.member(table, member);
    const scope = pair.scope.uniform ? pair.scope : this.#memberScope(pair.scope, member);
    if (this.#content === 'markup' && isSiblingOrder(member.document, member.name)) {
      this.#compareOrders({ left, right, path, scope });
      return;
    }
    if (left < 0) this.#addRight('added', path, right, scope);
    else if (right < 0) this.#addLeft('removed', path, left, scope);
    else {
      if (repeats !== undefined) this.#addRepeats(path, repeats, scope);
      if (repeats === undefined || !this.#documents.same(left, right)) this.#waiting.push({ left, right, path, scope });
    }
  }

  /** A side with children of only one name, or with text between them, has no order member. */
  #compareOrders(pair: Pair): void {
    const { left, right } = pair;
    if (left < 0 || right < 0 || isSameOrder(this.#left, left, this.#right, right)) return;
    this.#addPair('reordered', pair);
  }

  #memberScope(scope: Scope, { document, name, left, right }: MemberPair): Scope {
    return scope.child(
      memberStep(
        stringText(document, name),
        left < 0 ? undefined : memberSide(this.#left, left),
        right < 0 ? undefined : memberSide(this.#right, right),
      ),
    );
  }

  #addRepeats(path: Path, repeats: { readonly left: number; readonly right: number }, scope: Scope): void {
    this.#account.add({
      path: path.toString(),
      kind: 'duplicate_key',
      left: textValue(times(repeats.left)),
      right: textValue(times(repeats.right)),
      covering: scope.covering,
    });
  }

  #compareArrays(pair: Pair): void {
    if (this.#haveSameElements(pair)) return;
    const left = this.#left.elements(pair.left);
    const right = this.#right.elements(pair.right);
    const scopeOf = (l: number | undefined, r: number | undefined) =>
      pair.scope.uniform
        ? pair.scope
        : pair.scope.child(
            elementStep(
              l === undefined ? undefined : elementSide(this.#left, left[l]!, l, left.length),
              r === undefined ? undefined : elementSide(this.#right, right[r]!, r, right.length),
            ),
          );
    const matching = this.#match(pair, left, right, scopeOf);
    const path = pair.path.element();
    if (matching.reordered) this.#addPair('reordered', pair);
    for (const l of matching.removed) this.#addLeft('removed', path, left[l]!, scopeOf(l, undefined));
    for (const r of matching.added) this.#addRight('added', path, right[r]!, scopeOf(undefined, r));
    for (const { left: l, right: r, moved } of matching.pairs) {
      const element = { left: left[l]!, right: right[r]!, path, scope: scopeOf(l, r) };
      if (moved) this.#addPair('moved', element, pair.scope);
      if (!moved || !this.#documents.same(element.left, element.right)) this.#waiting.push(element);
    }
  }

  /** Whether the arrays are equal except for white space between the elements. */
  #haveSameElements(pair: Pair): boolean {
    const leftEnd = this.#left.next(pair.left);
    const rightEnd = this.#right.next(pair.right);
    let l = pair.left + 1;
    let r = pair.right + 1;
    while (l < leftEnd && r < rightEnd && this.#documents.same(l, r)) {
      l = this.#left.next(l);
      r = this.#right.next(r);
    }
    return l === leftEnd && r === rightEnd;
  }

  #match(
    pair: Pair,
    left: readonly number[],
    right: readonly number[],
    scopeOf: (l: number | undefined, r: number | undefined) => Scope,
  ): Matching {
    const elementScope = pair.scope.child({});
    // The path of a key rule may lead to the array or to its elements.
    const keyRule = lastRule(elementScope, 'key') ?? lastRule(pair.scope, 'key');
    const leftSide: ArraySide = {
      document: this.#left,
      elements: left,
      hashes: () => (this.#leftHashes ??= new JsonHashes(this.#left, this.#alike())),
      scopeOf: (index) => scopeOf(index, undefined),
    };
    const rightSide: ArraySide = {
      document: this.#right,
      elements: right,
      hashes: () => (this.#rightHashes ??= new JsonHashes(this.#right, this.#alike())),
      scopeOf: (index) => scopeOf(undefined, index),
    };
    if (keyRule) this.#account.applied(keyRule);
    const matching = matchElements(leftSide, rightSide, {
      documents: this.#documents,
      ...(keyRule?.rule.does.kind === 'key' ? { key: keyRule.rule.does.key } : {}),
      alike: this.#alike(),
      unordered: lastRule(pair.scope, 'unordered') !== undefined,
      elementScope,
    });
    const lengths = `${left.length} and ${right.length} elements`;
    this.#account.explain?.(`${pair.path}: ${lengths}, matched by ${matching.by}`);
    return matching;
  }

  /** A fold for strings of both documents; undefined where neither says anything about its own side. */
  #alike(): Fold | undefined {
    const own = this.#own;
    if (own === undefined) return undefined;
    this.#saysItsOwn ??= [this.#left, this.#right].some(({ bytes }) => own.isIn(bytes.toString('latin1')));
    return this.#saysItsOwn ? own.alike : undefined;
  }

  /** @param order the place whose order has changed: its rules also decide about moved elements. */
  #addPair(kind: DifferenceKind, { left, right, path, scope }: Pair, order = scope): void {
    this.#account.add({
      path: path.toString(),
      kind,
      left: this.#leftValue(left),
      right: this.#rightValue(right),
      covering: order === scope ? scope.covering : [...new Set([...order.covering, ...scope.covering])],
    });
  }

  #addLeft(kind: DifferenceKind, path: Path, node: number, scope: Scope): void {
    this.#account.add({ path: path.toString(), kind, left: this.#leftValue(node), covering: scope.covering });
  }

  #addRight(kind: DifferenceKind, path: Path, node: number, scope: Scope): void {
    this.#account.add({ path: path.toString(), kind, right: this.#rightValue(node), covering: scope.covering });
  }

  #leftValue(node: number): Value {
    return new JsonValue(this.#left, node);
  }

  #rightValue(node: number): Value {
    return new JsonValue(this.#right, node);
  }
}

/** The last rule of a kind: of several ways to read a place, the last one counts. */
function lastRule(scope: Scope, kind: CompiledRule['rule']['does']['kind']): CompiledRule | undefined {
  return scope.covering.findLast(({ rule }) => rule.does.kind === kind);
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

/**
 * Reverses the pairs that were just pushed: the stack is last in, first out, but pairs are compared in document order.
 */
function reverseFrom(pairs: Pair[], mark: number): void {
  for (let low = mark, high = pairs.length - 1; low < high; low++, high--) {
    const pair = pairs[low]!;
    pairs[low] = pairs[high]!;
    pairs[high] = pair;
  }
}
