import { isPathToken } from '../../lib/path-token.ts';
import { decodeComponent, encodeComponent, type NameRule } from './names.ts';
import { isOauthPath, type Scope } from './scope.ts';
import { isSecretValue } from './value.ts';

/** Parameters that show that a `code` is one of OAuth (RFC 6749). In lower case. */
const OAUTH_PARAMETERS = new Set(['state', 'redirect_uri', 'grant_type', 'code_verifier', 'session_state']);

/** Matches names of parameters that are secrets. */
export type ParameterRule = (name: string) => NameRule | undefined;

/** A URL or a request target: its user information, path, query and fragment. Latin1 or not, as received. */
export function redactUrl(url: string, scope: Scope): string {
  const fragmentAt = endOf(url, url.indexOf('#'));
  const queryAt = Math.min(endOf(url, url.indexOf('?')), fragmentAt);
  const base = url.slice(0, queryAt);
  const within = isOauthPath(base) ? scope.oauth : scope;
  return (
    redactBase(base, within) +
    redactMarked(url.slice(queryAt, fragmentAt), within) +
    redactMarked(url.slice(fragmentAt), within)
  );
}

/** `name=value&…`, strictly: only `&` ends a value. */
export function redactForm(
  form: string,
  scope: Scope,
  ruleOf: ParameterRule = (name) => scope.parameter(name),
): string {
  const parameters = form.split('&');
  const isOauth = parameters.some((parameter) => OAUTH_PARAMETERS.has(parameter.split('=', 1)[0]!.toLowerCase()));
  const within = isOauth ? scope.oauth : scope;
  return parameters
    .map((parameter) => redactParameter(parameter, within, (name) => ruleOf(name) ?? within.parameter(name)))
    .join('&');
}

function endOf(text: string, at: number): number {
  return at < 0 ? text.length : at;
}

/** `?…` or `#…`. Some applications keep a path of their own in the fragment. */
function redactMarked(marked: string, scope: Scope): string {
  if (marked.length < 2) return marked;
  const [, mark = '', path = '', parameters = ''] = /^([?#]!?)((?:\/[^?=&]*)?)(.*)$/s.exec(marked) ?? [];
  if (path === '') return mark + redactForm(parameters, scope);
  return (
    mark + redactPath(path, scope) + (parameters === '' ? '' : parameters[0] + redactForm(parameters.slice(1), scope))
  );
}

function redactBase(base: string, scope: Scope): string {
  const [, scheme = '', authority = '', path = ''] = /^((?:[a-z][a-z0-9+.-]*:)?\/\/)([^/]*)(.*)$/is.exec(base) ?? [];
  if (scheme === '') return redactPath(base, scope);
  const hostAt = scope.names.has('url_userinfo') ? authority.lastIndexOf('@') : -1;
  const user = hostAt > 0 ? scope.secrets.hide(decodeComponent(authority.slice(0, hostAt)), 'url_userinfo') : '';
  return scheme + user + authority.slice(Math.max(hostAt, 0)) + redactPath(path, scope);
}

/** Segments after one that announces a token, and path parameters (RFC 3986, section 3.3): `/a;jsessionid=…`. */
function redactPath(path: string, scope: Scope): string {
  const split = path.split('/').map((segment) => segment.split(';'));
  const segments = split.map(([first = '']) => first);
  return split
    .map(([first = '', ...parameters], at) => {
      const isToken = !first.includes('=') && isPathToken(segments, at);
      const shown =
        isToken && scope.names.has('path_token')
          ? scope.secrets.hide(decodeSegment(first), 'path_token')
          : redactParameter(first, scope, (name) => scope.parameter(name));
      const rest = parameters.map((parameter) => redactParameter(parameter, scope, (name) => scope.parameter(name)));
      return [shown, ...rest].join(';');
    })
    .join('/');
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The server may split at `;`. If any such part names a secret, everything from there on is its value. */
function redactParameter(parameter: string, scope: Scope, ruleOf: ParameterRule): string {
  for (const { index, 1: name = '' } of parameter.matchAll(/(?:^|;)([^=;]*)=/g)) {
    const rule = ruleOf(name);
    if (rule === undefined) continue;
    const valueAt = parameter.indexOf('=', index) + 1;
    const value = decodeComponent(parameter.slice(valueAt));
    if (!isSecretValue(value, rule)) continue;
    return (
      redactNested(parameter.slice(0, index), scope) + parameter.slice(index, valueAt) + scope.secrets.hide(value, rule)
    );
  }
  return redactNested(parameter, scope);
}

/** A value may be a URL, JSON or a query itself. */
function redactNested(parameter: string, scope: Scope): string {
  const valueAt = parameter.indexOf('=') + 1;
  const written = parameter.slice(valueAt);
  if (written.length < 5) return parameter;
  const value = decodeComponent(written);
  const redacted = scope.inside(value);
  if (redacted === value) return parameter;
  return parameter.slice(0, valueAt) + (written === value ? redacted : encodeComponent(redacted));
}
