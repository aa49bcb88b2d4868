import { hash } from 'node:crypto';
import { compareText } from '../lib/text-order.ts';
import type { Place } from '../model/difference.ts';
import type { Ending } from '../model/outcome.ts';
import type { Comparison } from './comparison.ts';

/** Hexadecimal digits of an id: 64 bits, so that a million signatures collide less than once in ten million stores. */
const ID_LENGTH = 16;

/** The id of a signature: a short stable text. `places`: as returned by `placesOf`. */
export function signatureId(
  route: string,
  ending: Ending,
  primaryStatus: number,
  shadowStatus: number,
  places: readonly Place[],
): string {
  const parts = [route, ending, primaryStatus, shadowStatus, ...places.flatMap(({ path, kind }) => [path, kind])];
  return hash('sha256', JSON.stringify(parts)).slice(0, ID_LENGTH);
}

/** The places of differences, sorted by path and kind, each once. */
export function placesOf(differences: readonly Place[]): readonly Place[] {
  const places = new Map(differences.map(({ path, kind }) => [`${path}\n${kind}`, { path, kind }]));
  return [...places.values()].sort((a, b) => compareText(a.path, b.path) || compareText(a.kind, b.kind));
}

/**
 * The places that make up a signature. If a comparison ran out of time, its places in the bodies are left out: they
 * depend on the moment, and would make many rows of one cause.
 */
export function signaturePlaces({
  differences,
  outOfTime,
}: Pick<Comparison, 'differences' | 'outOfTime'>): readonly Place[] {
  if (!outOfTime) return placesOf(differences);
  return placesOf(differences.filter(({ path, kind }) => kind === 'budget' || isInHead(path)));
}

/** Whether it is a place of status, headers or trailers, and not of a body. */
export function isInHead(path: string): boolean {
  return path === 'status' || path.startsWith('header.') || path.startsWith('trailer.');
}
