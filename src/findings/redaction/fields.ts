import type { Fields } from '../../model/exchange.ts';
import type { SecretNames } from './names.ts';
import { redactLoosely, redactUrl } from './parameters.ts';
import type { Secrets } from './secrets.ts';

/** Schemes that may be shown before a credential (the IANA registry of HTTP authentication schemes, and common ones). */
const SCHEME =
  /^(apikey|aws4-hmac-sha256|basic|bearer|concealed|digest|dpop|gnap|hoba|mutual|negotiate|oauth|privatetoken|scram-sha-\d+|token|vapid) +/i;

/** Attributes of Set-Cookie that hold no secret (RFC 6265bis, section 5.6, and browsers' additions). */
export const COOKIE_ATTRIBUTES: ReadonlySet<string> = new Set([
  'domain',
  'expires',
  'httponly',
  'max-age',
  'partitioned',
  'path',
  'priority',
  'samesite',
  'secure',
]);

const URL_HEADERS = new Set(['location', 'content-location', 'referer', 'refresh', 'origin']);

export function redactFields(fields: Fields, names: SecretNames, secrets: Secrets): Fields {
  return fields.map((text, at) =>
    at % 2 === 0 ? text : redactField(fields[at - 1]!.toLowerCase(), text, names, secrets),
  );
}

/** Whether a header's value is a secret, or holds some. */
export function isSecretField(name: string, names: SecretNames): boolean {
  return name === 'cookie' || name === 'set-cookie' || names.header(name);
}

/** @param name in lower case. */
export function redactField(name: string, value: string, names: SecretNames, secrets: Secrets): string {
  if (name === 'cookie') return redactCookies(value, secrets);
  if (name === 'set-cookie') return redactSetCookie(value, secrets);
  if (names.header(name)) return redactCredential(value, secrets);
  if (URL_HEADERS.has(name)) return redactUrl(value, names, secrets);
  return redactLoosely(value, names, secrets);
}

function redactCredential(value: string, secrets: Secrets): string {
  const [scheme = ''] = SCHEME.exec(value) ?? [];
  return scheme + secrets.token(value.slice(scheme.length));
}

function redactCookies(value: string, secrets: Secrets): string {
  return value
    .split(';')
    .map((pair) => redactPair(pair, secrets))
    .join(';');
}

function redactSetCookie(value: string, secrets: Secrets): string {
  const [cookie = '', ...attributes] = value.split(';');
  const kept = attributes.map((attribute) => {
    const name = attribute.split('=', 1)[0]!.trim().toLowerCase();
    return COOKIE_ATTRIBUTES.has(name) ? attribute : redactPair(attribute, secrets);
  });
  return [redactPair(cookie, secrets), ...kept].join(';');
}

/** `name=value`; without a name, all of it is the value. */
function redactPair(pair: string, secrets: Secrets): string {
  const valueAt = pair.indexOf('=') + 1;
  const value = pair.slice(valueAt);
  const space = value.slice(0, value.length - value.trimStart().length);
  return pair.slice(0, valueAt) + space + secrets.token(value.trim());
}
