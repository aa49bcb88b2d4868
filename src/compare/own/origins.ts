/** Maps a text to another one: two texts with the same fold are taken as the same. */
export type Fold = (text: string) => string;

/*
 * Finds an origin in a text, however it is written: with its scheme (or the WebSocket scheme for the same origin),
 * after `//`, or as a word of its own; with or without the default port, in upper or lower case; with slashes and
 * colons percent-encoded (even repeatedly), escaped as in JSON, or as character references.
 */

// Runs are bounded, since a long run would be scanned again from each of its characters.
const SLASH = String.raw`(?:\\{0,8}\/|\\{1,8}u002f|%(?:25){0,4}2f|&#x2f;|&#47;)`;
const COLON = String.raw`(?::|\\{1,8}u003a|%(?:25){0,4}3a|&#x3a;|&#58;)`;
/** The beginning of a word: the text before is not part of a name, though it may end with a letter, as `%3D` does. */
const BEGIN = String.raw`(?:(?<![a-z\d_.-])|(?<=%(?:25){0,4}(?:0[\da-f]|2[\da-cf]|3[a-f]|5[bd])|\\[bfnrt]|\\u[\da-f]{4}))`;
/** Excludes hosts within an address or a URL. */
const NOT_INSIDE = `(?<!@|%(?:25){0,4}40|${SLASH}${SLASH})`;
const USER_INFO = String.raw`(?:[^\s/@"'<>%]{0,256}@)?`;
const END = String.raw`(?![a-z\d_-]|\.[a-z\d]|${COLON}\d)`;

/** The mark for an origin: a service's text is unlikely to contain it. */
const MARK = '\u{fffc}';

/** Replaces these origins (`https://a.internal:8443`) by one mark. The text around them is unchanged. */
export function foldOrigins(origins: readonly string[], mark: string): Fold {
  const folds = origins.map((origin) => foldOrigin(new URL(origin), `${MARK}${mark}`));
  return (text) => folds.reduce((folded, fold) => fold(folded), text);
}

/** A test for whether one of the origins may be in a text. */
export function mentions(origins: readonly string[]): RegExp {
  return new RegExp(origins.map((origin) => hostPattern(new URL(origin).hostname)).join('|'), 'i');
}

function foldOrigin({ protocol, hostname, port }: URL, mark: string): Fold {
  const host = hostPattern(hostname);
  const isName = hostname.includes('.') && !/^[\d.]+$/.test(hostname);
  const portPattern = port === '' ? `(?:${COLON}${protocol === 'http:' ? 80 : 443})?` : `${COLON}${port}`;
  const schemes = protocol === 'http:' ? 'http|ws' : 'https|wss';
  const absolute = `${BEGIN}(?<scheme>${schemes})(?<separator>${COLON}${SLASH}${SLASH})(?<user>${USER_INFO})`;
  const relative = `(?<!${COLON})(?<slashes>${SLASH}${SLASH})`;
  // A host without a dot could be any word.
  const bare = isName || port !== '' || hostname.includes('.') || hostname.startsWith('[');
  const before = [absolute, relative, ...(bare ? [`${BEGIN}${NOT_INSIDE}`] : [])].join('|');
  const origin = new RegExp(`(?:${before})${host}${portPattern}${END}`, 'gi');
  // Cookies have no ports.
  const alone = isName && port !== '' ? new RegExp(`${BEGIN}${NOT_INSIDE}${host}${END}`, 'gi') : undefined;
  const quick = new RegExp(host, 'i');
  return (text) => {
    if (!quick.test(text)) return text;
    const folded = text.replace(origin, (...matched) => {
      const { scheme, separator = '', user = '', slashes = '' } = matched.at(-1) as Record<string, string | undefined>;
      const kind = scheme === undefined ? '' : /^ws/i.test(scheme) ? 'ws' : 'http';
      return `${kind}${separator}${user}${slashes}${mark}`;
    });
    return alone === undefined ? folded : folded.replace(alone, mark);
  };
}

function hostPattern(hostname: string): string {
  return hostname
    .replaceAll(/[.*+?^${}()|\\]/g, '\\$&')
    .replaceAll(':', COLON)
    .replace('[', String.raw`(?:\[|%(?:25){0,4}5b)`)
    .replace(/\]$/, String.raw`(?:\]|%(?:25){0,4}5d)`);
}
