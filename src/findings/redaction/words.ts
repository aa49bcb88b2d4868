/**
 * Ends of words that are written as one, in any case: `userpassword`, `CSRFTOKEN`, `PHPSESSID`. No ordinary English
 * word has such an end.
 */
const GLUED_ENDS: readonly (readonly [end: string, words: readonly string[]])[] = [
  ['apikeys', ['api', 'keys']],
  ['apikey', ['api', 'key']],
  ['accesskeyid', ['access', 'key', 'id']],
  ['accesskey', ['access', 'key']],
  ['secretkey', ['secret', 'key']],
  ['privatekey', ['private', 'key']],
  ['sessionid', ['session', 'id']],
  ['sessionkey', ['session', 'key']],
  ['sessid', ['session', 'id']],
  ['cardnumber', ['card', 'number']],
  ['cardnum', ['card', 'number']],
  ['ccnumber', ['card', 'number']],
  ['ccnum', ['card', 'number']],
  ['creditcard', ['credit', 'card']],
  ['authcode', ['auth', 'code']],
  ['passwords', ['passwords']],
  ['password', ['password']],
  ['passphrase', ['passphrase']],
  ['passcode', ['passcode']],
  ['passwd', ['passwd']],
  ['credentials', ['credentials']],
  ['credential', ['credential']],
  ['tokens', ['tokens']],
  ['token', ['token']],
  ['secrets', ['secrets']],
  ['secret', ['secret']],
];

/** Names whose case does not show where their words begin. */
const WHOLE = new Set(['dpop', 'oauth', 'graphql', 'rapidapi', 'openid', 'webauthn']);

const SEPARATORS = /[^\p{L}\p{N}]+/u;
/** `APIKey` is `API`, `Key`; digits belong to the word before them. */
const CAMEL = /\p{Lu}+(?!\p{Ll})\p{N}*|\p{Lu}?\p{Ll}+\p{N}*|[\p{L}\p{N}]+?(?=\p{Lu}|$)/gu;

/**
 * The words of a name in lower case, without digits at their ends: of `accessToken`, `ACCESS_TOKEN2`, `access.token` and
 * `X-Access-Token` the last two are `access` and `token`.
 */
export function wordsOf(name: string): string[] {
  return name.split(SEPARATORS).flatMap((segment) => (segment === '' ? [] : wordsOfSegment(segment)));
}

function wordsOfSegment(segment: string): readonly string[] {
  const whole = bare(segment);
  if (WHOLE.has(whole)) return [whole];
  if (whole.startsWith('aspsessionid')) return ['session', 'id'];
  const parts = segment.match(CAMEL) ?? [segment];
  if (parts.length > 1) {
    // `passWord`, `pHPSESSID`: if the case does not separate words, the whole name may still end in a known one.
    const end = gluedEnd(whole);
    return end !== undefined && end.start === 0 ? end.words : parts.flatMap((part) => unglued(bare(part)));
  }
  return unglued(whole);
}

/** In lower case, without trailing digits. A word of digits only stays. */
function bare(word: string): string {
  return word.toLowerCase().replace(/(?<=\p{L})\p{N}+$/u, '');
}

function unglued(word: string): readonly string[] {
  const end = gluedEnd(word);
  if (end === undefined) return [word];
  return end.start === 0 ? end.words : [word.slice(0, end.start), ...end.words];
}

function gluedEnd(word: string): { readonly start: number; readonly words: readonly string[] } | undefined {
  const found = GLUED_ENDS.find(([end]) => word.endsWith(end));
  return found && { start: word.length - found[0].length, words: found[1] };
}
