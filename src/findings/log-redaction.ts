/**
 * Redaction of what clients wrote, for the access log. It has the same rules as the record but no tokens, so that the
 * key is not on the threads that clients talk to. Most texts have nothing that a rule could match, and cost one test.
 */

import { SecretNames } from './redaction/names.ts';
import { redactUrl } from './redaction/parameters.ts';
import type { RedactionConfig } from './redaction/rules.ts';
import { type Hiding, isOauthPath, MOST_INSIDE, Scope } from './redaction/scope.ts';
import { type CountRedaction, countReason } from './redaction/secrets.ts';
import { redactText } from './redaction/text.ts';

/**
 * Matches a part of each name that a rule knows, in each form, and whatever may hide such a name from a plain search.
 */
const SUSPICIOUS = new RegExp(
  [
    'pass|pwd|p[sw]w|pw=|secret|token|key|auth|cred|sess|sid|ssn|social|pin|cv[vcn]|card|cc.?n|otp|code|sig|hmac|saml|dpop',
    'jwt|csrf|xsrf|bearer|basic|assertion|cookie|reset|verif|confirm|activ|invit|magic|recover|unsubscribe|login|signin|parol',
    String.raw`motdep|passwort|[@%\\]|-----|ey[ja]|ewo|ew0|w3si|\d{4}[ +-]?\d{4}[ +-]?\d{4}|3\d{3}[ +-]?\d{6}`,
    String.raw`sk[-_]|[rpa]k_|tok_|rzp_|sq0|whsec|acct_|gh[opusr]_|github_|gl[a-z]+-|xox|xapp|akia|asia|aiza|ya29|gocspx|sg\.`,
    String.raw`shp|do[opr]_v|npm_|pypi|hf_|hv[sbr]\.|dckr|lin_|nrak|xkeys|atatt|age-|:aa`,
  ].join('|'),
  'i',
);

/** A placeholder that no rule takes for a name or a value. */
const MARK = '~token:000000000000~';

/** Redacts texts of clients and targets; Latin1, as received. */
export interface LogRedaction {
  /** A request target. */
  target(target: string): string;
  /** @param name in lower case. */
  header(name: string, value: string): string;
  /** Any other text. */
  text(text: string): string;
}

/** @param count called for every hidden value. */
export function makeLogRedaction(
  { headers, query, allow }: RedactionConfig,
  count: CountRedaction = () => {},
): LogRedaction {
  const names = new SecretNames(headers, query, allow);
  const isHiddenHeader = new Set(headers.map((name) => name.toLowerCase()));
  const secrets = noTokens(count);
  const isClean = (text: string) => !SUSPICIOUS.test(text) && (query.length === 0 || !/[?;=]/.test(text));
  const scopeOf = (kind: 'oauth' | 'any') =>
    new Scope({ names, secrets, redact: redactText, left: { characters: MOST_INSIDE } }, kind);
  const shown = (text: string) => text.replaceAll(MARK, '[redacted]');
  const url = (text: string): string => {
    if (isClean(text)) return text;
    const scope = scopeOf(isOauthPath(text) ? 'oauth' : 'any');
    return shown(scope.redact(redactUrl(text, scope)));
  };
  const redactAny = (text: string) => (isClean(text) ? text : shown(scopeOf('any').redact(text)));
  return {
    target: url,
    text: redactAny,
    header: (name, value) => {
      if (isHiddenHeader.has(name)) return shown(secrets.hide(value, 'configured'));
      if (name === 'referer') return url(value);
      return redactAny(value);
    },
  };
}

/** What replaces secrets in a log. */
function noTokens(count: CountRedaction): Hiding {
  return {
    hide: (value, reason) => {
      if (value === '' || value === MARK) return value;
      countReason(count, reason);
      return MARK;
    },
    token: () => MARK,
    recognize: () => {},
    isToken: (text) => text === MARK,
  };
}
