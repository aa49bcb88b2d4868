/** Headers that carry a credential as such; their names are irregular. In lower case. */
const SECRET_HEADERS = new Set([
  'authorization',
  'proxy-authorization',
  'x-amzn-oidc-data',
  'x-amzn-oidc-identity',
  'x-functions-key',
  'x-goog-iap-jwt-assertion',
  'ocp-apim-subscription-key',
]);

/** Headers that carry a credential by the look of their name: `x-api-key`, `x-csrf-token`, `private-token` … */
const SECRET_HEADER_WORD =
  /(^|[-_])(api[-_]?key|access[-_]?key|auth|authorization|credentials?|jwt|passwd|password|secret|session[-_]?id|signature|token)([-_]|$)/;

/** Query parameters and form fields. In lower case. */
const SECRET_PARAMETERS = [
  'access_token',
  'accesstoken',
  'api_key',
  'api-key',
  'apikey',
  'auth',
  'auth_token',
  'client_assertion',
  'client_secret',
  'code_verifier',
  'credential',
  'id_token',
  'jwt',
  'passwd',
  'password',
  'pwd',
  'refresh_token',
  'secret',
  'session_id',
  'sessionid',
  'sig',
  'signature',
  'token',
  'x-amz-credential',
  'x-amz-security-token',
  'x-amz-signature',
  'x-goog-credential',
  'x-goog-signature',
];

/** Which names mark a secret: the built-in ones and those of the configuration. */
export class SecretNames {
  readonly #headers: ReadonlySet<string>;
  readonly #parameters: ReadonlySet<string>;

  constructor(headers: readonly string[], parameters: readonly string[]) {
    this.#headers = new Set([...SECRET_HEADERS, ...headers.map((name) => name.toLowerCase())]);
    this.#parameters = new Set([...SECRET_PARAMETERS, ...parameters.map((name) => name.toLowerCase())]);
  }

  /** @param name in lower case. */
  header(name: string): boolean {
    return this.#headers.has(name) || SECRET_HEADER_WORD.test(name);
  }

  /** @param name as written: percent-encoded, and perhaps with brackets, as in `user[password]`. */
  parameter(name: string): boolean {
    const decoded = decodeComponent(name).toLowerCase();
    return this.#parameters.has(decoded) || decoded.split(/[[\].]+/).some((part) => this.#parameters.has(part));
  }
}

/** Text of a query or form component; what is not well encoded stays. */
export function decodeComponent(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
