/** Finds what belongs together in the JSON of two or three responses. */
import { alignInOrder } from '../../compare/align.ts';
import { canonicalNumber, isNumber } from '../../compare/json/decimal.ts';
import { ELEMENT, memberStep, pathText, ROOT } from '../../compare/json/path-text.ts';
import { type JsonNode, meaningOf } from './json-text.ts';

/** The values of primary, shadow and, where there is one, control at one place; undefined where a side has none. */
export type Values = readonly (JsonNode | undefined)[];

export interface PairedNode {
  /** As the places of differences are written: without indices. */
  readonly path: string;
  /** The name of a member; an element has none. */
  readonly name?: string;
  readonly values: Values;
  /** Those of all sides: in the order of the primary, and what it does not have after its neighbour. */
  readonly children: readonly PairedNode[];
  /** Whether the shadow has the elements in another order. */
  readonly reordered: boolean;
}

export function pairUp(values: Values): PairedNode {
  return node([ROOT], undefined, values);
}

function node(steps: readonly string[], name: string | undefined, values: Values): PairedNode {
  const of = { path: pathText(steps, (step) => step), ...(name !== undefined && { name }), values };
  const kinds = new Set(values.flatMap((value) => value?.kind ?? []));
  const [kind] = kinds;
  if (kinds.size !== 1 || kind === 'scalar') return { ...of, children: [], reordered: false };
  if (kind === 'object') return { ...of, children: members(steps, values), reordered: false };
  const { rows, reordered } = elementRows(values);
  const element = [...steps, ELEMENT];
  return { ...of, children: rows.map((row) => node(element, undefined, row)), reordered };
}

function members(steps: readonly string[], values: Values): readonly PairedNode[] {
  const sides = values.map((value) => (value?.kind === 'object' ? value.members : []));
  const keyed = sides.map((side) => {
    const seen = new Map<string, number>();
    return side.map(({ name, value }) => {
      const nth = (seen.get(name) ?? 0) + 1;
      seen.set(name, nth);
      return { key: `${nth} ${name}`, name, value };
    });
  });
  const byKey = keyed.map((side) => new Map(side.map(({ key, value }) => [key, value])));
  return inOrder(keyed.map((side) => side.map(({ key }) => key))).map((key) => {
    const name = key.slice(key.indexOf(' ') + 1);
    return node(
      [...steps, memberStep(name)],
      name,
      byKey.map((side) => side.get(key)),
    );
  });
}

/** Each key once: those of the first side in its order, others after the key that they follow on their own side. */
function inOrder(sides: readonly (readonly string[])[]): readonly string[] {
  const [first = [], ...others] = sides;
  const known = new Set(first);
  const after = new Map<string | undefined, string[]>();
  for (const side of others) {
    let previous: string | undefined;
    for (const key of side) {
      if (!known.has(key)) {
        known.add(key);
        after.set(previous, [...(after.get(previous) ?? []), key]);
      }
      previous = key;
    }
  }
  const order: string[] = [];
  const waiting: (string | undefined)[] = [undefined, ...first].reverse();
  while (waiting.length > 0) {
    const key = waiting.pop();
    if (key !== undefined) order.push(key);
    waiting.push(...(after.get(key) ?? []).toReversed());
  }
  return order;
}

/** Elements that belong together get one key, so that arrays are merged as members are. */
function elementRows(values: Values): { readonly rows: readonly Values[]; readonly reordered: boolean } {
  const sides = values.map((value) => (value?.kind === 'array' ? value.elements : []));
  const [primary = [], ...others] = sides;
  const keys = [primary.map((_, at) => `0 ${at}`)];
  let reordered = false;
  others.forEach((side, index) => {
    const partner = partners(primary, side);
    const own = side.map((_, at) => `${index + 1} ${at}`);
    partner.forEach((at, left) => {
      if (at >= 0) own[at] = `0 ${left}`;
    });
    if (index === 0) reordered = partner.filter((at) => at >= 0).some((at, n, all) => n > 0 && at < all[n - 1]!);
    keys.push(own);
  });
  const byKey = keys.map((side, index) => new Map(side.map((key, at) => [key, sides[index]![at]])));
  const rows = inOrder(keys).map((key): Values => byKey.map((side) => side.get(key)));
  return { rows, reordered };
}

/** For each left element the index of the right one it belongs to, or -1. */
function partners(left: readonly JsonNode[], right: readonly JsonNode[]): readonly number[] {
  const byKey = partnersByKey(left, right);
  if (byKey !== undefined) return byKey;
  const ids = new Map<string, number>();
  const idOf = (node: JsonNode) => {
    const text = canonicalText(node);
    const id = ids.get(text) ?? ids.size;
    ids.set(text, id);
    return id;
  };
  const partner = [...alignInOrder(left.map(idOf), right.map(idOf))];
  pairBetween(partner, left, right);
  return partner;
}

/** What is left between two aligned elements has changed: the first belongs to the first. */
function pairBetween(partner: number[], left: readonly JsonNode[], right: readonly JsonNode[]): void {
  let next = 0;
  for (let l = 0; l <= left.length; l++) {
    const gap = l;
    while (l < left.length && partner[l]! < 0) l++;
    const end = partner[l] ?? right.length;
    for (let at = gap; at < l && next < end; at++) {
      if (left[at]!.kind === right[next]!.kind) partner[at] = next++;
    }
    next = end + 1;
  }
}

/** Members that identify an element, as in the comparison. */
const EVIDENT_KEYS = ['id', '@id', 'key', 'uuid', 'name'];

function partnersByKey(left: readonly JsonNode[], right: readonly JsonNode[]): readonly number[] | undefined {
  for (const name of EVIDENT_KEYS) {
    const [leftKeys, rightKeys] = [left, right].map((side) => uniqueKeys(side, name));
    if (leftKeys === undefined || rightKeys === undefined) continue;
    const at = new Map(rightKeys.map((key, index) => [key, index]));
    const partner = leftKeys.map((key) => at.get(key) ?? -1);
    if (partner.filter((index) => index >= 0).length >= Math.min(left.length, right.length) / 2) return partner;
  }
  return undefined;
}

function uniqueKeys(elements: readonly JsonNode[], name: string): readonly string[] | undefined {
  const keys = elements.flatMap((element) => {
    const value = element.kind === 'object' ? element.members.find((member) => member.name === name)?.value : undefined;
    return value?.kind === 'scalar' ? [canonicalText(value)] : [];
  });
  return keys.length === elements.length && new Set(keys).size === keys.length ? keys : undefined;
}

/** The same text for values that mean the same. */
export function canonicalText(node: JsonNode): string {
  switch (node.kind) {
    case 'scalar':
      if (node.text.startsWith('"')) return JSON.stringify(meaningOf(node.text));
      return isNumber(node.text) ? canonicalNumber(node.text) : node.text;
    case 'array':
      return `[${node.elements.map(canonicalText).join(',')}]`;
    case 'object': {
      const members = node.members.map(({ name, value }) => `${JSON.stringify(name)}:${canonicalText(value)}`);
      return `{${members.sort().join(',')}}`;
    }
  }
}
