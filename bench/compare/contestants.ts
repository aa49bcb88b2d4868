import deepDiff from 'deep-diff';
import fastDeepEqual from 'fast-deep-equal';
import { diff as jsonDiffTs } from 'json-diff-ts';
import { create } from 'jsondiffpatch';
import microdiff from 'microdiff';
import { makeComparator } from '../../src/compare/comparator.ts';
import { DEFAULT_IGNORED_HEADERS } from '../../src/model/headers.ts';

/** A way to tell how two JSON bodies differ. Gives what it says, for a person: the bench shows it once per case. */
export interface Contestant {
  readonly name: string;
  readonly compare: (left: Buffer, right: Buffer) => string;
}

const UNDERSTUDY = makeComparator({
  ignoreHeaders: DEFAULT_IGNORED_HEADERS,
  rules: [],
  maxDecoded: 64 * 1024 * 1024,
  budget: 10_000,
});

const FIELDS = ['Content-Type', 'application/json'];

function response(body: Buffer) {
  return { status: 200, reason: 'OK', fields: FIELDS, trailers: [], body };
}

function parse(body: Buffer) {
  return JSON.parse(body.toString());
}

const patch = create({ objectHash: (item) => String('id' in item ? item.id : JSON.stringify(item)) });

/** The two `JSON.parse` calls alone, which every peer needs before it can begin. */
export const PARSE: Contestant = {
  name: '2 × JSON.parse',
  compare: (left, right) => {
    parse(left);
    parse(right);
    return '';
  },
};

export const UNDERSTUDY_CONTESTANT: Contestant = {
  name: 'Understudy',
  compare: (left, right) => {
    const { differences, omitted } = UNDERSTUDY(response(left), response(right));
    return count(differences.length + omitted);
  },
};

export const PEERS: readonly Contestant[] = [
  {
    name: 'fast-deep-equal',
    compare: (left, right) => (fastDeepEqual(parse(left), parse(right)) ? count(0) : 'differ'),
  },
  { name: 'microdiff', compare: (left, right) => count(microdiff(parse(left), parse(right)).length) },
  { name: 'deep-diff', compare: (left, right) => count(deepDiff.diff(parse(left), parse(right))?.length ?? 0) },
  {
    name: 'json-diff-ts',
    compare: (left, right) =>
      count(leaves(jsonDiffTs(parse(left), parse(right), { embeddedObjKeys: { items: 'id' } }))),
  },
  { name: 'jsondiffpatch', compare: (left, right) => count(deltas(patch.diff(parse(left), parse(right)))) },
];

function count(differences: number): string {
  return String(differences);
}

interface Change {
  readonly changes?: readonly Change[];
}

function leaves(changes: readonly Change[]): number {
  return changes.reduce((sum, { changes: inner }) => sum + (inner ? leaves(inner) : 1), 0);
}

/** The changes in a delta: arrays are changes, objects lead further down. */
function deltas(delta: unknown): number {
  if (delta === undefined || delta === null || typeof delta !== 'object') return 0;
  if (Array.isArray(delta)) return 1;
  return Object.entries(delta).reduce((sum, [name, inner]) => (name === '_t' ? sum : sum + deltas(inner)), 0);
}
