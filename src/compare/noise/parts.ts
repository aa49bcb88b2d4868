/**
 * The parts of a text with a known form: a URL, a path, or a JSON Web Token. Where such texts differ by noise, most of
 * their parts don't: a link names another file of the same user, a token another moment of the same session. So the
 * parts are judged one by one, like places.
 */

/** By name, for example `origin`, `path[1]`, `query.size`, `payload.sub`. */
export type Parts = ReadonlyMap<string, string>;

/** A longer text holds more than addresses and claims. */
const LONGEST = 8_192;
/** The most parts of one text: with more parts, their names would be values themselves. */
const MOST_PARTS = 32;
/** The number of segments of a path. Where it differs, segments can't be matched. */
export const DEPTH = 'depth';

/** Undefined where the text has no such form. */
export function partsOf(text: string): Parts | undefined {
  if (text.length > LONGEST) return undefined;
  const parts = partsOfToken(text) ?? partsOfUrl(text);
  return parts !== undefined && parts.size <= MOST_PARTS ? parts : undefined;
}

/** The names of the parts in which two texts differ; undefined where they don't have the same form. */
export function differingParts(left: Parts | undefined, right: Parts | undefined): readonly string[] | undefined {
  if (left === undefined || right === undefined || isToken(left) !== isToken(right)) return undefined;
  const isMoved = left.get(DEPTH) !== right.get(DEPTH);
  const names = new Set([...left.keys(), ...right.keys()]);
  return [...names].filter((name) => left.get(name) !== right.get(name) && !(isMoved && name.startsWith('path[')));
}

function isToken(parts: Parts): boolean {
  return !parts.has(DEPTH);
}

const URL_WITH_ORIGIN = /^[a-z][a-z\d+.-]*:\/\//i;
/** From a root, or of segments that look like names. */
const PATH = /^(?:\/(?!\/)|[\w.~%@:-]+\/(?=[\w.~%@:-]))[^\s"<>\\^`{|}]*$/;

function partsOfUrl(text: string): Parts | undefined {
  const isAbsolute = URL_WITH_ORIGIN.test(text) && URL.canParse(text);
  if (!isAbsolute && !PATH.test(text)) return undefined;
  const origin = isAbsolute ? new URL(text).origin : '';
  const rest = isAbsolute ? text.replace(/^[^/]*:\/\/[^/?#]*/, '') : text;
  const [, path = '', query = '', fragment = ''] = /^([^?#]*)\??([^#]*)#?(.*)$/s.exec(rest) ?? [];
  const segments = path.replace(/^\//, '').split('/');
  const [, extension = ''] = /\.([a-z\d]{1,8})$/i.exec(path) ?? [];
  const parameters = query === '' ? [] : query.split('&');
  return new Map([
    ['origin', origin],
    [DEPTH, String(segments.length)],
    ...segments.map((segment, at): [string, string] => [`path[${at}]`, segment]),
    ['extension', extension],
    ...parameters.map((each): [string, string] => {
      const [name = '', ...value] = each.split('=');
      return [`query.${name}`, value.join('=')];
    }),
    ['fragment', fragment],
  ]);
}

const TOKEN = /^([\w-]{4,})\.([\w-]{4,})\.[\w-]*$/;

/**
 * The parts of a JSON Web Token (RFC 7519): its header fields and claims, each as JSON. The times of issue and expiry
 * are replaced by the duration of validity. The signature is left out, since it follows from the rest.
 */
function partsOfToken(text: string): Parts | undefined {
  const [, first = '', second = ''] = TOKEN.exec(text) ?? [];
  const [header, payload] = [decoded(first), decoded(second)];
  if (header === undefined || payload === undefined) return undefined;
  const { iat, nbf: _, exp, ...claims } = payload;
  const told = (name: string, members: Record<string, unknown>): [string, string][] =>
    Object.entries(members).map(([key, value]) => [`${name}.${key}`, JSON.stringify(value)]);
  const validity = typeof iat === 'number' && typeof exp === 'number' ? { validity: exp - iat } : {};
  return new Map([...told('header', header), ...told('payload', { ...claims, ...validity })]);
}

function decoded(part: string): Record<string, unknown> | undefined {
  if (!part.startsWith('ey')) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
