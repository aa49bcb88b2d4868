/**
 * The id of a cause, for links. Causes are found anew each time, and grow; a signature stays. So the id is that of its
 * clearest signature, and, since a signature may have a part in several causes, a mark of the most severe place.
 */
import { createHash } from 'node:crypto';
import { placeKey } from '../compare/collapse.ts';
import type { Place } from '../model/difference.ts';
import type { Cause } from './causes.ts';

const MARK_LENGTH = 6;

export function causeId({ routes, places: [gravest] }: Cause): string {
  const signature = routes[0]!.signatures[0]!;
  return gravest === undefined ? signature : `${signature}-${markOf(gravest)}`;
}

/** The cause that an id means. The id of a signature alone means the gravest of its causes. */
export function causeMeant<C extends Cause>(causes: readonly C[], id: string): C | undefined {
  const [signature, mark] = id.split('-', 2);
  const its = causes.filter(({ routes }) => routes.some(({ signatures }) => signatures.includes(signature!)));
  return its.find(({ places }) => mark !== undefined && places.some((place) => markOf(place) === mark)) ?? its[0];
}

function markOf(place: Place): string {
  return createHash('sha256').update(placeKey(place)).digest('hex').slice(0, MARK_LENGTH);
}
