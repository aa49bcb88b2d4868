/**
 * Redaction of what clients wrote, for the access log: the same rules as for the record, but without tokens, so that the
 * key is not on the threads that clients talk to. Most texts have nothing that a rule could look at, and cost one test.
 */

import { SecretNames } from './redaction/names.ts';
import { redactUrl } from './redaction/parameters.ts';
import type { RedactionConfig } from './redaction/rules.ts';
import { isOauthPath, Scope } from './redaction/scope.ts';
import { redactText } from './redaction/text.ts';

/** Some part of each name that a rule knows, of each form, and of what may hide one from a plain look. */
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

/** Stands in a text while other rules go over it, and is no name or value to any. */
const MARK = '~token:000000000000~';

/** What takes the place of secrets in a log. */
const NO_TOKENS = {
  hide: (value: string) => (value === '' ? value : MARK),
  token: () => MARK,
  recognize: () => {},
  isToken: (text: string) => text === MARK,
};

/** `url`: a target or a whole URL. `text`: anything else. Latin1 as it came. */
export interface LogRedaction {
  url(url: string): string;
  text(text: string): string;
}

export function makeLogRedaction({ headers, query, allow }: RedactionConfig): LogRedaction {
  const names = new SecretNames(headers, query, allow);
  const exchange = { names, secrets: NO_TOKENS, redact: redactText };
  const [plain, oauth] = [new Scope(exchange, 'any'), new Scope(exchange, 'oauth')];
  const isClean = (text: string) => !SUSPICIOUS.test(text) && (query.length === 0 || !/[?;=]/.test(text));
  const shown = (text: string) => text.replaceAll(MARK, '[redacted]');
  return {
    url: (url) => {
      if (isClean(url)) return url;
      const scope = isOauthPath(url) ? oauth : plain;
      return shown(scope.redact(redactUrl(url, scope)));
    },
    text: (text) => (isClean(text) ? text : shown(plain.redact(text))),
  };
}
