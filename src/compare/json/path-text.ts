/** How the places in a JSON body are written, without indices: `$.items[*].price`, `$['a-b']`, `$.byId.{*}.name`. */

export const ROOT = '$';
export const ELEMENT = '[*]';
/** A member of an object in which names are ids. */
export const ANY_MEMBER = '.{*}';

/** The most steps that are written out; of a deeper place, only the first and the last ones. */
const LONGEST = 40;

/** @param stepOf called for the steps that are written alone */
export function pathText<Place>(places: readonly Place[], stepOf: (place: Place) => string): string {
  const steps = (some: readonly Place[]) => some.map(stepOf).join('');
  if (places.length <= LONGEST) return steps(places);
  return `${steps(places.slice(0, LONGEST / 2))}…${steps(places.slice(-LONGEST / 2))}`;
}

const LONGEST_NAME = 80;

/** RFC 9535, section 2.5.1.1, member-name-shorthand. */
const SHORTHAND = /^[A-Z_a-z\u{80}-\u{D7FF}\u{E000}-\u{10FFFF}][\w\u{80}-\u{D7FF}\u{E000}-\u{10FFFF}]*$/u;

export function memberStep(name: string): string {
  const shown = name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME)}…`;
  return SHORTHAND.test(shown) ? `.${shown}` : `['${escapeName(shown)}']`;
}

/** RFC 9535, section 2.7, normalized paths. */
function escapeName(name: string): string {
  return JSON.stringify(name).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
}
