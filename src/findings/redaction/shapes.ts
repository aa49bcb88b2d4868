import type { DefaultRedaction } from '../../model/redaction.ts';
import type { Scope } from './scope.ts';

/*
 * Secrets that are recognized by their form, in any text. Every expression runs in linear time: what may repeat is one
 * class of characters, or is bounded, and what follows is not of that class.
 */

interface Shape {
  readonly rule: DefaultRedaction;
  /** The first matching group is the secret; without groups, the whole match. */
  readonly form: RegExp;
  /** Whether a match is a secret. */
  readonly holds?: (secret: string) => boolean;
}

/** Keys that have a fixed beginning, so that they can be found. */
const PROVIDER_KEYS = [
  String.raw`(?:sk|rk|pk|ak|tok|key|rzp|sq0|whsec|acct)_(?:live|test|prod|sandbox)_[\w-]{8,}`,
  String.raw`whsec_[\w+/=-]{16,}`,
  String.raw`sk-[\w-]{20,}`,
  'gh[opusr]_[A-Za-z0-9]{20,}',
  String.raw`github_pat_\w{20,}`,
  String.raw`gl(?:pat|dt|rt|cbt|ptt|ft|soat)-[\w-]{16,}`,
  String.raw`xox[abeoprs]-[\w-]{10,}`,
  String.raw`xapp-[\w-]{10,}`,
  'A(?:KIA|SIA)[A-Z2-7]{16}',
  String.raw`AIza[\w-]{30,}`,
  String.raw`ya29\.[\w-]{20,}`,
  String.raw`GOCSPX-[\w-]{20,}`,
  String.raw`SG\.[\w-]{16,}\.[\w-]{16,}`,
  'shp(?:at|ss|ca|pa)_[a-fA-F0-9]{24,}',
  String.raw`sq0(?:atp|csp|idp)-[\w-]{20,}`,
  'do[opr]_v1_[a-f0-9]{32,}',
  'npm_[A-Za-z0-9]{30,}',
  String.raw`pypi-[\w-]{30,}`,
  'hf_[A-Za-z0-9]{30,}',
  String.raw`hv[sbr]\.[\w-]{20,}`,
  String.raw`dckr_pat_[\w-]{20,}`,
  String.raw`lin_api_\w{20,}`,
  'NRAK-[A-Z0-9]{20,}',
  String.raw`xkeysib-[\w-]{30,}`,
  String.raw`ATATT3[\w=-]{20,}`,
  'AGE-SECRET-KEY-1[A-Z0-9]{30,}',
  'key-[a-f0-9]{32}',
  String.raw`\d{8,10}:AA[\w-]{32,}`,
].join('|');

const SHAPES: readonly Shape[] = [
  {
    rule: 'pem',
    form: /-----BEGIN [A-Z0-9 ]{1,40}-----[^-]*(?:-{1,4}[^-]+)*(?:-----END [A-Z0-9 ]{1,40}-----|$|(?=-----))/g,
  },
  // Three parts if signed (RFC 7515), five if encrypted (RFC 7516); a part may be empty.
  { rule: 'jwt', form: /(?<![A-Za-z0-9])eyJ[\w-]{8,}(?:\.[\w-]*){1,4}/g },
  { rule: 'encoded_json', form: /(?<![A-Za-z0-9+/])(?:eyJ|eyAi|ewog|ew0K|W3si)[\w+/-]{12,}={0,2}/g },
  {
    rule: 'authorization',
    form: /(?<![A-Za-z])(?:bearer|basic|dpop)(?:\s|%20|\+){1,4}([\w.~+/-]{12,4096}={0,2})/gi,
    holds: (secret) => /[\d=]|[a-z][A-Z]/.test(secret),
  },
  { rule: 'provider_key', form: new RegExp(`(?<![A-Za-z0-9])(?:${PROVIDER_KEYS})`, 'g') },
  {
    rule: 'card',
    form: /(?<![A-Za-z\d]|\d\.)(?:\d{4}([ -]?)\d{4}\1\d{4}\1\d{4}|3\d{3}([ -]?)\d{6}\2\d{4,5}|62\d{15,17})(?![A-Za-z\d]|\.\d)/g,
    holds: isCardNumber,
  },
  { rule: 'url_userinfo', form: /\/\/([^/?#\s@"'<>\\]{1,1024})(?=@)/g },
];

/**
 * The text with tokens in place of everything that has the form of a secret.
 *
 * @param finds whether a decoded text has secrets in it.
 */
export function redactShapes(text: string, scope: Scope, finds = (inner: string) => scope.finds(inner)): string {
  if (text.length < SHORTEST) return text;
  let redacted = text;
  for (const { rule, form, holds } of SHAPES) {
    if (!scope.names.has(rule)) continue;
    redacted = redacted.replace(form, (whole: string, ...groups: unknown[]) => {
      const secret = rule === 'authorization' || rule === 'url_userinfo' ? (groups[0] as string) : whole;
      if (secret === '' || scope.secrets.isToken(secret)) return whole;
      if (holds !== undefined && !holds(secret)) return whole;
      if (rule === 'encoded_json') {
        const decoded = Buffer.from(secret, 'base64').toString('utf8');
        // The head of a signed token whose rest was cut off.
        if (TOKEN_HEAD.test(decoded)) return scope.names.has('jwt') ? scope.secrets.hide(secret, 'jwt') : whole;
        return finds(decoded) ? scope.secrets.hide(secret, rule) : whole;
      }
      const hidden = scope.secrets.hide(plain(secret, rule), rule);
      return whole.length === secret.length ? hidden : whole.replace(secret, () => hidden);
    });
  }
  return redacted;
}

const SHORTEST = 6;

/** One spelling, so that it has one token. */
function plain(secret: string, rule: DefaultRedaction): string {
  if (rule === 'card') return secret.replaceAll(/[ -]/g, '');
  return rule === 'pem' ? secret.replaceAll('\\r', '').replaceAll('\\n', '\n').replaceAll('\r', '') : secret;
}

const TOKEN_HEAD = /"(?:alg|enc|typ|kid)"\s*:/;

/** Checks the number ranges of issuers for this length (ISO/IEC 7812), and the check digit (Luhn). */
function isCardNumber(written: string): boolean {
  const digits = written.replaceAll(/[ -]/g, '');
  return ISSUED.test(digits) && hasCheckDigit(digits);
}

const ISSUED =
  /^(?:4\d{15}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|35(?:2[89]|[3-8]\d)\d{12}|6(?:011|4[4-9]\d|5\d\d)\d{12}|62\d{14,17}|(?:50|5[6-8]|60|81|82)\d{14})$/;

function hasCheckDigit(digits: string): boolean {
  let sum = 0;
  for (let at = digits.length - 1, isDoubled = false; at >= 0; at--, isDoubled = !isDoubled) {
    const digit = digits.charCodeAt(at) - 48;
    const doubled = digit * 2;
    sum += isDoubled ? (doubled > 9 ? doubled - 9 : doubled) : digit;
  }
  return sum % 10 === 0;
}
