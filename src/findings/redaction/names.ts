import type { DefaultRedaction, Redaction } from '../../model/redaction.ts';
import { wordsOf } from './words.ts';

/**
 * What a name says about its value. `reach`: whether an object or an array of this name is a secret as a whole.
 * `numbers`: whether a number is a secret.
 */
export interface NameRule {
  readonly rule: Redaction;
  /** The name that the rule was found by. */
  readonly name?: string;
  readonly reach: 'value' | 'everything';
  readonly numbers: 'all' | 'long' | 'none';
}

const by = (
  rule: DefaultRedaction,
  reach: NameRule['reach'] = 'value',
  numbers: NameRule['numbers'] = 'long',
): NameRule => ({ rule, reach, numbers });

const PASSWORD = by('password', 'everything', 'all');
const SECRET = by('secret', 'everything', 'all');
const TOKEN = by('token', 'everything');
const CREDENTIAL = by('credential', 'everything');
const OTP = by('otp', 'value', 'all');
const CVV = by('cvv', 'value', 'all');
const CARD = by('card_number', 'value', 'all');
const AUTHORIZATION = by('authorization');
const API_KEY = by('api_key', 'everything', 'all');
const SAML = by('saml', 'everything');
const KEY = by('key');
export const CODE: NameRule = { ...by('oauth_code'), name: 'code' };
export const COOKIE = by('cookie');
export const CONFIGURED: NameRule = { rule: 'configured', reach: 'everything', numbers: 'all' };

/** Single words that are enough. */
const WORDS = new Map<string, NameRule>([
  ...['password', 'passwords', 'passwd', 'pwd', 'pswd', 'passphrase', 'passcode', 'motdepasse', 'passwort'].map(
    (word) => [word, PASSWORD] as const,
  ),
  ...['secret', 'secrets'].map((word) => [word, SECRET] as const),
  ...['token', 'jwt', 'csrf', 'xsrf', 'bearer', 'assertion'].map((word) => [word, TOKEN] as const),
  // Language models count in tokens.
  ['tokens', by('token', 'everything', 'none')],
  ...['authorization', 'authentication', 'auth', 'authn'].map((word) => [word, AUTHORIZATION] as const),
  ...['credential', 'credentials', 'creds'].map((word) => [word, CREDENTIAL] as const),
  ...['session', 'sess', 'sid'].map((word) => [word, by('session')] as const),
  ...['cookie', 'cookies'].map((word) => [word, COOKIE] as const),
  ['ssn', by('ssn', 'value', 'all')],
  ['pin', by('pin', 'value', 'all')],
  ...['cvv', 'cvc', 'cvn'].map((word) => [word, CVV] as const),
  ...['otp', 'totp', 'hotp'].map((word) => [word, OTP] as const),
  ...['signature', 'signatures', 'sig', 'hmac'].map((word) => [word, by('signature')] as const),
  ['dpop', by('dpop')],
]);

/** Words next to each other. */
const PHRASES: readonly (readonly [words: readonly string[], rule: NameRule])[] = [
  [['social', 'security', 'number'], by('ssn', 'value', 'all')],
  [['card', 'number'], CARD],
  [['card', 'num'], CARD],
  [['card', 'no'], CARD],
  [['cc', 'number'], CARD],
  [['cc', 'num'], CARD],
  [['cc', 'no'], CARD],
  [['credit', 'card'], CARD],
  [['security', 'code'], CVV],
  [['verification', 'code'], OTP],
  [['one', 'time', 'code'], OTP],
  [['mfa', 'code'], OTP],
  [['fa', 'code'], OTP],
  [['2fa', 'code'], OTP],
  [['sms', 'code'], OTP],
  [['login', 'code'], OTP],
  [['reset', 'code'], OTP],
  [['activation', 'code'], OTP],
  [['recovery', 'code'], OTP],
  [['recovery', 'codes'], OTP],
  [['backup', 'code'], OTP],
  [['backup', 'codes'], OTP],
  [['device', 'code'], CODE],
  [['authorization', 'code'], CODE],
  [['code', 'verifier'], CODE],
  [['saml', 'response'], SAML],
  [['saml', 'request'], SAML],
  [['saml', 'assertion'], SAML],
  [['saml', 'art'], SAML],
  [['api', 'keys'], API_KEY],
  [['access', 'keys'], API_KEY],
  [['private', 'keys'], by('key', 'everything')],
];

/** `pass` and `pw`, alone or after the name of their owner. */
const PASS =
  /^(?:(?:user|db|database|smtp|mail|admin|root|mysql|postgres|pg|redis|ftp|ssh|login|http|basic|proxy|new|old|current|my) )?(?:pass|pw|psw)$/;

/** With one of these words a key is a credential. Without, it may be one. */
const API_KEY_WORDS = new Set(['api', 'access', 'app', 'secret', 'subscription', 'functions', 'function', 'rapidapi']);

/** With one of these words a key is not a secret. */
const HARMLESS_KEYS = new Set(
  (
    'sort order primary foreign idempotency partition cache websocket socket public object group row natural route routing ' +
    'unique parent child lookup index translation i18n locale message map hash range item issue project query shift ' +
    'surrogate dedupe deduplication event lang language label metric feature flag config setting property header field ' +
    'column dictionary candidate composite alternate storage store bucket s3 etag version tag category menu press'
  ).split(' '),
);

/** A name with this ending describes a secret, but is not one. */
const DESCRIPTIONS = new Set(
  (
    'count counts type types kind used usage left limit limits remaining budget max min total length len size bytes expires ' +
    'expiry expiration expired expire at date time timestamp until since after before age ttl duration seconds ms ' +
    'minutes days policy policies enabled disabled required valid validity invalid verified status endpoint version algorithm alg ' +
    'method methods mode scheme format name names label title description strength score rotation provider issuer ' +
    'audience scope scopes index position placeholder error errors attempts retries rate price cost changed updated created start ' +
    'end started ended supported'
  ).split(' '),
);

/** Names of members that tell what a named object holds: `{"session": {"id": …}}` is a session id. */
const PARTS = new Set([
  'id',
  'value',
  'number',
  'key',
  'data',
  'code',
  'content',
  'text',
  'no',
  'raw',
  'bytes',
  'hash',
]);

/** Headers that carry a credential although their name does not say so. In lower case. */
const SECRET_HEADERS = new Map<string, NameRule>([
  ['x-amzn-oidc-data', TOKEN],
  ['x-amzn-oidc-identity', TOKEN],
  ['x-amzn-oidc-accesstoken', TOKEN],
]);

/** Names of objects whose member names may be secrets. */
const PLURAL = /^(?:tokens|sessions|keys|secrets|credentials|cookies|passwords)$/i;

/** Most traffic has few names, but clients choose them. */
const MOST_REMEMBERED = 4096;
const LONGEST_NAME = 200;

/** Which names mark a secret: built-in and configured ones. */
export class SecretNames {
  readonly #headers: ReadonlySet<string>;
  readonly #parameters: ReadonlySet<string>;
  readonly #allowedRules: ReadonlySet<string>;
  readonly #allowedNames: ReadonlySet<string>;
  readonly #known = new Map<string, NameRule | undefined>();

  /** @param allowed names of default rules that are off, and names of values that are not secrets. */
  constructor(headers: readonly string[], parameters: readonly string[], allowed: readonly string[] = []) {
    this.#headers = new Set(headers.map((name) => name.toLowerCase()));
    this.#parameters = new Set(parameters.map((name) => name.toLowerCase()));
    this.#allowedRules = new Set(allowed);
    this.#allowedNames = new Set(allowed.map(spelled));
  }

  /** Whether a default rule is in force. */
  has(rule: DefaultRedaction): boolean {
    return !this.#allowedRules.has(rule);
  }

  /** Whether the configuration allows values of this name to be shown. */
  allows(name: string): boolean {
    return this.#allowedNames.size > 0 && this.#allowedNames.has(spelled(name));
  }

  header(name: string): NameRule | undefined {
    const lower = name.toLowerCase();
    if (this.#headers.has(lower)) return CONFIGURED;
    const rule = this.#allowed(name, SECRET_HEADERS.get(lower)) ?? this.member(name);
    return rule?.name === undefined ? rule : { ...rule, name: lower };
  }

  /** @param name as written: percent-encoded, and perhaps with brackets, as in `user[password]`. */
  parameter(name: string): NameRule | undefined {
    const decoded = decodeComponent(name);
    if (this.#parameters.size > 0) {
      const lower = decoded.toLowerCase();
      if (this.#parameters.has(lower) || lower.split(/[[\].]+/).some((part) => this.#parameters.has(part)))
        return CONFIGURED;
    }
    return this.member(decoded);
  }

  /** For anything with a name: a member, an element, a column. */
  member(name: string): NameRule | undefined {
    if (name.length > LONGEST_NAME) return this.member(name.slice(-LONGEST_NAME));
    if (this.#known.has(name)) return this.#known.get(name);
    const rule = this.#allowed(name, ruleOfWords(wordsOf(name)));
    const found = rule && { ...rule, name };
    if (this.#known.size >= MOST_REMEMBERED) this.#known.clear();
    this.#known.set(name, found);
    return found;
  }

  /** For a member of an object that has a name itself. */
  part(parent: string, name: string): NameRule | undefined {
    const own = this.member(name);
    if (own !== undefined || !PARTS.has(name.toLowerCase())) return own;
    return this.member(`${parent}.${name}`);
  }

  /** For random-looking names in an object of this name, such as sessions by their ids. */
  keysIn(parent: string): NameRule | undefined {
    return this.member(parent) ?? (PLURAL.test(parent) ? this.member(parent.slice(0, -1)) : undefined);
  }

  #allowed(name: string, rule: NameRule | undefined): NameRule | undefined {
    if (rule === undefined || this.#allowedRules.has(rule.rule)) return undefined;
    return this.allows(name) ? undefined : rule;
  }
}

function ruleOfWords(words: readonly string[]): NameRule | undefined {
  const last = words.at(-1);
  if (last === undefined || DESCRIPTIONS.has(last)) return undefined;
  for (const [phrase, rule] of PHRASES) if (includesPhrase(words, phrase)) return rule;
  for (const word of words) {
    const rule = WORDS.get(word);
    if (rule !== undefined) return rule;
  }
  if (words.length <= 2 && PASS.test(words.join(' '))) return PASSWORD;
  return words.includes('key') ? ruleOfKey(words) : undefined;
}

function ruleOfKey(words: readonly string[]): NameRule | undefined {
  if (words.some((word) => API_KEY_WORDS.has(word))) return API_KEY;
  return words.at(-1) === 'id' || words.some((word) => HARMLESS_KEYS.has(word)) ? undefined : KEY;
}

function includesPhrase(words: readonly string[], phrase: readonly string[]): boolean {
  const [first] = phrase;
  return words.some((word, at) => word === first && phrase.every((part, offset) => words[at + offset] === part));
}

/** The same for all spellings of a name. */
function spelled(name: string): string {
  return wordsOf(name).join(' ');
}

/** The text of a query or form component. Malformed encoding stays as it is. */
export function decodeComponent(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

/** The reverse; tokens stay readable. */
export function encodeComponent(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('~token%3A', '~token:');
}
