/** Two or three bodies as the rows of a table, with what differs marked and what is equal folded. */
import { alignInOrder } from '../../compare/align.ts';
import { sameNumber } from '../../compare/json/decimal.ts';
import type { DifferenceKind } from '../../model/difference.ts';
import { cutBeside, type Segment, seen } from './cut.ts';
import { type JsonNode, meaningOf } from './json-text.ts';
import type { Mark, Marks } from './marks.ts';
import { canonicalText, type PairedNode } from './pairing.ts';
import { changeInWords } from './value-change.ts';

export interface Row {
  readonly depth: number;
  /** The name of a member. */
  readonly name?: string;
  /** Of primary, shadow and control; undefined where a side has nothing. */
  readonly cells: readonly (readonly Segment[] | undefined)[];
  /** Absent where the shadow is equal to the primary. */
  readonly mark?: Mark;
  /** Whether the control differs from the primary here. */
  readonly controlDiffers: boolean;
  /** Whether what differs is beneath: it is not folded then. */
  readonly leads: boolean;
  /** What the change means: `+1.2 s`. */
  readonly change?: string;
}

export function jsonRows(root: PairedNode, marks: Marks): readonly Row[] {
  const rows: Row[] = [];
  addRows(rows, root, 0, marks, undefined);
  return rows;
}

/** @param above the mark of a value that one side does not have, for all that is in it */
function addRows(rows: Row[], node: PairedNode, depth: number, marks: Marks, above: Mark | undefined): void {
  const { name, values, children, reordered } = node;
  const mark = above ?? markOf(node, marks);
  const of = { depth, ...(name !== undefined && { name }) };
  if (children.length === 0) {
    const controlDiffers = values.length > 2 && !isSame(values[0], values[2]);
    const change = mark && changeOf(values);
    const cells = cellsOf(values);
    rows.push({ ...of, cells, controlDiffers, leads: false, ...(mark && { mark }), ...(change && { change }) });
    return;
  }
  const isMissing = values[0] === undefined || values[1] === undefined;
  const shown = mark ?? (reordered ? orderMark(node, marks) : undefined);
  const at = rows.length;
  const brackets = values.some((value) => value?.kind === 'object') ? ['{', '}'] : ['[', ']'];
  const bracket = (text: string) => values.map((value) => (value === undefined ? undefined : [segment(text)]));
  const controlDiffers = values.length > 2 && (values[0] === undefined) !== (values[2] === undefined);
  const opening = { ...of, cells: bracket(brackets[0]!), controlDiffers, leads: false, ...(shown && { mark: shown }) };
  rows.push(opening);
  for (const child of children) addRows(rows, child, depth + 1, marks, isMissing ? mark : undefined);
  const leads = rows.slice(at + 1).some((row) => row.mark !== undefined || row.controlDiffers);
  rows[at] = { ...opening, leads };
  const last = isMissing && mark ? { mark } : {};
  rows.push({ depth, cells: bracket(brackets[1]!), controlDiffers, leads, ...last });
}

function orderMark({ path, children: [element] }: PairedNode, marks: Marks): Mark {
  return marks.exactly(path, 'reordered') ?? marks.exactly(element!.path, 'moved') ?? UNORDERED;
}

const UNORDERED: Mark = { as: 'no_difference', kind: 'reordered' };

function segment(text: string): Segment {
  return { kind: 'same', text };
}

function markOf({ path, values: [primary, shadow] }: PairedNode, marks: Marks): Mark | undefined {
  if (primary === undefined && shadow === undefined) return undefined;
  const kind = kindOf(primary, shadow);
  if (kind === undefined) return undefined;
  const shown = {
    ...(primary?.kind === 'scalar' && { left: primary.text }),
    ...(shadow?.kind === 'scalar' && { right: shadow.text }),
  };
  return marks.at(path, kind, shown);
}

/** Of what differs at this place itself, and not beneath it. */
function kindOf(primary: JsonNode | undefined, shadow: JsonNode | undefined): DifferenceKind | undefined {
  if (primary === undefined) return 'added';
  if (shadow === undefined) return 'removed';
  if (typeOf(primary) !== typeOf(shadow)) return 'type';
  if (primary.kind !== 'scalar' || shadow.kind !== 'scalar') return undefined;
  return isSame(primary, shadow) ? undefined : 'value';
}

function typeOf(node: JsonNode): string {
  if (node.kind !== 'scalar') return node.kind;
  if (node.text.startsWith('"')) return 'string';
  return /^[-\d]/.test(node.text) ? 'number' : node.text === 'null' ? 'null' : 'boolean';
}

function isSame(one: JsonNode | undefined, other: JsonNode | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  if (one.kind === 'scalar' && other.kind === 'scalar') {
    return one.text === other.text || meaningOf(one.text) === meaningOf(other.text) || sameNumber(one.text, other.text);
  }
  return one.kind === other.kind ? true : canonicalText(one) === canonicalText(other);
}

function cellsOf(values: PairedNode['values']): Row['cells'] {
  return cutBeside(values.map((value) => value && inline(value)));
}

/** On one line: containers are written so where another side has something else. */
function inline(node: JsonNode): string {
  switch (node.kind) {
    case 'scalar':
      return node.text;
    case 'array':
      return `[${node.elements.map(inline).join(', ')}]`;
    case 'object':
      return `{${node.members.map(({ name, value }) => `${JSON.stringify(name)}: ${inline(value)}`).join(', ')}}`;
  }
}

function changeOf([primary, shadow]: PairedNode['values']): string | undefined {
  if (primary?.kind !== 'scalar' || shadow?.kind !== 'scalar') return undefined;
  const [left, right] = [meaningOf(primary.text), meaningOf(shadow.text)];
  if (typeOf(primary) !== typeOf(shadow)) return `${typeOf(primary)} → ${typeOf(shadow)}`;
  return changeInWords(left, right);
}

/** The lines of texts that are no JSON. */
export function lineRows(texts: readonly (string | undefined)[], marks: Marks): readonly Row[] {
  const sides = texts.map((text) => (text === undefined || text === '' ? [] : text.split('\n')));
  const ids = new Map<string, number>();
  const numbered = sides.map((side) =>
    side.map((line) => {
      const id = ids.get(line) ?? ids.size;
      ids.set(line, id);
      return id;
    }),
  );
  const aligned = merge(numbered);
  const differing = marks.inBody();
  return aligned.map((places): Row => {
    const lines = places.map((at, side) => (at === undefined ? undefined : sides[side]![at]!));
    const [primary, shadow, control] = lines;
    const differs = primary !== shadow;
    const kind = primary === undefined ? 'added' : shadow === undefined ? 'removed' : 'value';
    const mark: Mark | undefined = differs ? (differing ?? { as: 'no_difference', kind }) : undefined;
    const controlDiffers = texts.length > 2 && primary !== control;
    const isSeen = mark !== undefined || controlDiffers;
    const cells = cutBeside(lines).map((cell) => (isSeen && cell ? seen(cell) : cell));
    return { depth: 0, cells, controlDiffers, leads: false, ...(mark && { mark }) };
  });
}

type Places = readonly (number | undefined)[];

/** Aligns the other sides with the first one. Changed lines of one gap are beside each other. */
function merge([first = [], ...others]: readonly (readonly number[])[]): readonly Places[] {
  const partners = others.map((side) => alignInOrder(first, side));
  const next = others.map(() => 0);
  const rows: Places[] = [];
  let gap: number[] = [];
  const closeGap = (ends: readonly number[]) => {
    const waiting = others.map((_, side) => ends[side]! - next[side]!);
    const height = Math.max(gap.length, ...waiting);
    for (let at = 0; at < height; at++) {
      rows.push([gap[at], ...others.map((_, side) => (at < waiting[side]! ? next[side]! + at : undefined))]);
    }
    gap = [];
  };
  first.forEach((_, line) => {
    const at = partners.map((partner) => partner[line]!);
    if (at.some((place) => place < 0)) {
      gap.push(line);
      return;
    }
    closeGap(at);
    rows.push([line, ...at]);
    at.forEach((place, side) => {
      next[side] = place + 1;
    });
  });
  closeGap(others.map(({ length }) => length));
  return rows;
}

/** Rows to show, and runs of equal ones that are folded. */
export type Part =
  | { readonly kind: 'rows'; readonly rows: readonly Row[] }
  | { readonly kind: 'fold'; readonly rows: readonly Row[] };

/** Equal rows that stay visible beside what differs, and the fewest that are folded. */
const CONTEXT = 2;
const FEWEST = 4;

export function folded(rows: readonly Row[]): readonly Part[] {
  const differs = rows.map((row) => row.mark !== undefined || row.controlDiffers);
  const isShown = (row: Row, at: number) =>
    row.leads || differs.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).includes(true);
  const parts: { kind: Part['kind']; rows: Row[] }[] = [];
  rows.forEach((row, at) => {
    const kind = isShown(row, at) ? 'rows' : 'fold';
    const last = parts.at(-1);
    if (last?.kind === kind) last.rows.push(row);
    else parts.push({ kind, rows: [row] });
  });
  return parts.reduce<{ kind: Part['kind']; rows: Row[] }[]>((merged, part) => {
    const kind = part.kind === 'fold' && part.rows.length < FEWEST ? 'rows' : part.kind;
    const last = merged.at(-1);
    if (last?.kind === kind) for (const row of part.rows) last.rows.push(row);
    else merged.push({ kind, rows: part.rows });
    return merged;
  }, []);
}
