import { decodeComponent, type SecretNames } from './names.ts';
import type { Secrets } from './secrets.ts';

/** `scheme://user:password@host` */
const USER_INFORMATION = /(\/\/)([^/?#\s@"'<>]+)(?=@)/g;

/** `name=value` in running text, after something that may begin a parameter. */
const LOOSE_PARAMETER = /(^|[?&#;,\s"'<(])([^=&?#;,\s"'<(]{1,100})=([^&#;\s"'<>\\]+)/g;

/** A URL, or a request target: its query, its fragment and its user information. */
export function redactUrl(url: string, names: SecretNames, secrets: Secrets): string {
  const [base = '', ...marked] = url.split(/([?#])/);
  const isSecret = (name: string) => names.parameter(name);
  const rest = marked.map((part) => (/^[?#]$/.test(part) ? part : redactForm(part, isSecret, secrets)));
  return redactUserInformation(base, secrets) + rest.join('');
}

/** Whether a parameter of this name, as written, is a secret. */
export type IsSecret = (name: string) => boolean;

/** `name=value&…`, strictly: a value ends at `&` alone. */
export function redactForm(form: string, isSecret: IsSecret, secrets: Secrets): string {
  return form
    .split('&')
    .map((parameter) => redactParameter(parameter, isSecret, secrets))
    .join('&');
}

/** Running text in which there may be URLs. */
export function redactLoosely(text: string, names: SecretNames, secrets: Secrets): string {
  return redactUserInformation(text, secrets).replace(LOOSE_PARAMETER, (whole, before, name, value) =>
    names.parameter(name) ? `${before}${name}=${tokenOf(value, secrets)}` : whole,
  );
}

/** Where some part the server may split at `;` names a secret, all from there on is its value. */
function redactParameter(parameter: string, isSecret: IsSecret, secrets: Secrets): string {
  for (const { index, 1: name = '' } of parameter.matchAll(/(?:^|;)([^=;]*)=/g)) {
    if (!isSecret(name)) continue;
    const valueAt = parameter.indexOf('=', index) + 1;
    return parameter.slice(0, valueAt) + tokenOf(parameter.slice(valueAt), secrets);
  }
  return parameter;
}

function redactUserInformation(text: string, secrets: Secrets): string {
  return text.replace(USER_INFORMATION, (_, slashes, user) => slashes + tokenOf(user, secrets));
}

/** The same value has the same token, however it is encoded. */
function tokenOf(value: string, secrets: Secrets): string {
  return secrets.token(decodeComponent(value));
}
