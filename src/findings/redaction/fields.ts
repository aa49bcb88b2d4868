import type { Fields } from '../../model/exchange.ts';
import { COOKIE, type NameRule } from './names.ts';
import { redactUrl } from './parameters.ts';
import type { Scope } from './scope.ts';
import { isSecretValue } from './value.ts';

/**
 * Schemes that may be shown before a credential (from the IANA registry of HTTP authentication schemes, and common
 * ones).
 */
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

const URL_HEADERS = new Set([
  'location',
  'content-location',
  'referer',
  'origin',
  'destination',
  'x-original-url',
  'x-rewrite-url',
  'x-original-uri',
  'x-forwarded-uri',
  'x-forwarded-path',
  'x-accel-redirect',
  'sourcemap',
]);

export function redactFields(fields: Fields, scope: Scope): Fields {
  return fields.map((text, at) => (at % 2 === 0 ? text : redactField(fields[at - 1]!, text, scope)));
}

/** Whether a header's value is a secret or contains secrets. */
export function isSecretField(name: string, { names }: Scope): boolean {
  return /^(?:set-)?cookie$/i.test(name) || names.header(name) !== undefined;
}

/** @param name as sent: its case may separate its words. */
export function redactField(name: string, value: string, scope: Scope): string {
  const lower = name.toLowerCase();
  if (lower === 'cookie') return redactCookies(value, scope);
  if (lower === 'set-cookie') return redactSetCookie(value, scope);
  const rule = scope.names.header(name);
  if (rule !== undefined && isSecretValue(value.trim(), rule)) return redactCredential(value, rule, scope);
  return scope.redact(URL_HEADERS.has(lower) ? redactUrl(value, scope) : value);
}

function redactCredential(value: string, rule: NameRule, { secrets }: Scope): string {
  const [scheme = ''] = SCHEME.exec(value) ?? [];
  const credential = value.slice(scheme.length);
  if (/^basic /i.test(scheme)) {
    const user = Buffer.from(credential, 'base64').toString('utf8');
    const password = user.slice(user.indexOf(':') + 1);
    if (password.length < user.length && password !== '') secrets.recognize(password);
  }
  return scheme + secrets.hide(credential, rule);
}

function redactCookies(value: string, scope: Scope): string {
  return value
    .split(';')
    .map((pair) => redactPair(pair, scope))
    .join(';');
}

function redactSetCookie(value: string, scope: Scope): string {
  const [cookie = '', ...attributes] = value.split(';');
  const kept = attributes.map((attribute) => {
    const name = attribute.split('=', 1)[0]!.trim().toLowerCase();
    return COOKIE_ATTRIBUTES.has(name) ? attribute : redactPair(attribute, scope);
  });
  return [redactPair(cookie, scope), ...kept].join(';');
}

/** `name=value`; without a name, all of it is the value. */
function redactPair(pair: string, scope: Scope): string {
  const valueAt = pair.indexOf('=') + 1;
  const value = pair.slice(valueAt);
  const rule = ruleOfCookie(pair.slice(0, Math.max(valueAt - 1, 0)).trim(), scope);
  if (rule === undefined) return pair.slice(0, valueAt) + scope.redact(value);
  const space = value.slice(0, value.length - value.trimStart().length);
  return pair.slice(0, valueAt) + space + scope.secrets.hide(value.trim(), rule);
}

/** The name of a cookie does not tell its purpose. So all cookies are hidden, unless the user allows some. */
export function ruleOfCookie(name: string, { names }: Scope): NameRule | undefined {
  const rule = names.member(name);
  return rule ?? (names.has('cookie') && !names.allows(name) ? { ...COOKIE, name } : undefined);
}
