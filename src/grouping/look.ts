/**
 * What kind of path segment a text looks like, without knowing its neighbors.
 *
 * It is read in tokens, split at `-`, `_`, `.`, `~` and inner colons. One token that looks generated makes the whole
 * segment an id: four digits in a row, letters and digits that alternate, or hexadecimal digits of some length.
 */
export type Look =
  /** Seems to be part of the service's interface. */
  | 'word'
  /** Perhaps the name of a thing: only the number of such names can tell. */
  | 'slug'
  | 'id';

const LONGEST = 48;
const LONGEST_WORD = 24;
/** `v1`, `v2beta3`, `v1.2`. */
const VERSION = /^(?:v\d+(?:(?:alpha|beta|rc|p)\d*)?(?:\.\d+){0,2}|\d{1,2}\.\d{1,2})$/i;
/** UUIDs and ULIDs: some have no digits, or none that the tokens would show. */
const KNOWN_FORM = /^(?:[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}|[0-7][\dA-HJKMNP-TV-Z]{25})$/i;
/** Keys with the known prefix of a provider. */
const PROVIDER_KEY =
  /^(?:[sr]k[-_]|[pa]k_|tok_|whsec_|gh[opusr]_|github_pat_|gl[a-z]{2,4}-|xox|xapp-|AKIA|ASIA|AIza|ya29\.|GOCSPX-|SG\.|shp[a-z]{2}_|sq0|do[opr]_v1_|npm_|pypi-|hf_|hv[sbr]\.|dckr_pat_|lin_api_|NRAK-|xkeysib-|ATATT3).{8}/;
const NUMBERED_FILE = /^\d+\.[a-z]{2,4}$/i;

const DIGIT = 1;
const HEX = 2;
const LETTER = 3;
const SEPARATOR = 4;
const OTHER = 5;

/** The class of each ASCII character. */
const CLASSES = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/\d/.test(character)) return DIGIT;
  if (/[A-Fa-f]/.test(character)) return HEX;
  if (/[A-Za-z$!]/.test(character)) return LETTER;
  return /[-_.~:]/.test(character) ? SEPARATOR : OTHER;
});

/** `segment`: not empty, latin1, escapes of unreserved characters decoded. */
export function lookOf(segment: string): Look {
  if (segment.length > LONGEST) return 'id';
  let digits = 0;
  let letters = 0;
  let separators = 0;
  let hexOnly = true;
  // The counts of the current token.
  let start = 0;
  let run = 0;
  let digitsBefore = 0;
  let changes = 0;
  let before = SEPARATOR;
  for (let at = 0; at <= segment.length; at++) {
    const code = at === segment.length ? 0x2d : segment.charCodeAt(at);
    let kind = code < 128 ? CLASSES[code]! : OTHER;
    // `@me` is a word; `a@b` is an address.
    if (kind === OTHER && code === 0x40 && at === 0) kind = LETTER;
    if (kind === OTHER || (code === 0x3a && at === 0)) return 'id';
    if (kind === SEPARATOR) {
      const length = at - start;
      const own = digits - digitsBefore;
      if (changes >= 3 && !VERSION.test(segment)) return 'id';
      if (hexOnly && length >= (own > 0 ? 8 : 16)) return 'id';
      separators++;
      start = at + 1;
      digitsBefore = digits;
      run = 0;
      changes = 0;
      hexOnly = true;
    } else if (kind === DIGIT) {
      digits++;
      if (++run === 4) return 'id';
      if (before === HEX || before === LETTER) changes++;
    } else {
      letters++;
      run = 0;
      if (before === DIGIT) changes++;
      if (kind === LETTER) hexOnly = false;
    }
    before = kind;
  }
  if (VERSION.test(segment)) return 'word';
  if (
    (digits > 0 && letters === 0) ||
    (digits > 0 && PROVIDER_KEY.test(segment)) ||
    KNOWN_FORM.test(segment) ||
    NUMBERED_FILE.test(segment)
  )
    return 'id';
  // The end counts as a separator too.
  return digits > 0 || separators > 2 || segment.length > LONGEST_WORD ? 'slug' : 'word';
}
