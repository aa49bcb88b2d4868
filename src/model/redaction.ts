/**
 * What is hidden without any configuration, and why: each rule can be switched off by its name. The first ones go by
 * the name of a value, the last ones by its shape.
 */
export const DEFAULT_REDACTIONS = [
  'password',
  'secret',
  'token',
  'api_key',
  'authorization',
  'credential',
  'session',
  'cookie',
  'ssn',
  'pin',
  'cvv',
  'card_number',
  'otp',
  'oauth_code',
  'key',
  'signature',
  'saml',
  'dpop',
  'path_token',
  'jwt',
  'pem',
  'provider_key',
  'card',
  'url_userinfo',
  'encoded_json',
] as const;

export type DefaultRedaction = (typeof DEFAULT_REDACTIONS)[number];

/** A default rule, or one from the configuration. */
export type Redaction = DefaultRedaction | 'configured';

export const REDACTIONS: readonly Redaction[] = [...DEFAULT_REDACTIONS, 'configured'];

/** Whether a recorded text holds the token of something that was hidden, or a token that was cut off. */
export function holdsToken(text: string): boolean {
  return /~token:(?:[0-9a-f]{12}~|[0-9a-f]{0,12}(?:…|$))/.test(text);
}
