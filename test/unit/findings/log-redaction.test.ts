import { describe, expect, it } from 'vitest';
import { makeLogRedaction } from '../../../src/findings/log-redaction.ts';

const redaction = makeLogRedaction({ headers: [], paths: [], query: [] });

describe('the redaction of logs', () => {
  // Each is found only if the look that comes before all rules lets it through.
  it.each([
    ...[
      'password',
      'pwd',
      'pass',
      'pw',
      'secret',
      'token',
      'csrf',
      'bearer',
      'assertion',
      'jwt',
      'auth',
      'creds',
      'session',
    ],
    ...[
      'sid',
      'cookie',
      'ssn',
      'pin',
      'cvv',
      'cvc',
      'cvn',
      'otp',
      'totp',
      'hotp',
      'signature',
      'sig',
      'hmac',
      'dpop',
      'cardNo',
    ],
    ...[
      'social_security_number',
      'cc_number',
      'ccnum',
      'creditCard',
      'mfaCode',
      'code_verifier',
      'saml_art',
      'apikey',
      'key',
    ],
    ...['motdepasse', 'passwort', 'passphrase', 'passcode', 'pswd', 'authn', 'xsrf', 'PHPSESSID'],
  ])('hides the parameter %s', (name) => {
    expect(redaction.target(`/?${name}=s3cret`)).toBe(`/?${name}=[redacted]`);
  });

  it.each([
    ...[
      'sk_live_51Hq0aBcDeFgHi',
      'sk-abcdefghijklmnopqrstuvwx',
      'ghp_abcdefghijABCDEFGHIJ',
      'github_pat_abcdefghijABCDEFGHIJ',
    ],
    ...[
      'glpat-abcdefghijklmnop',
      'xoxb-abcdefghij',
      'xapp-abcdefghij',
      'AKIAIOSFODNNABCDEFGH',
      `AIza${'a'.repeat(30)}`,
    ],
    ...[
      `ya29.${'a'.repeat(20)}`,
      `GOCSPX-${'a'.repeat(20)}`,
      `SG.${'a'.repeat(16)}.${'a'.repeat(16)}`,
      `shpat_${'a'.repeat(24)}`,
    ],
    ...[`sq0atp-${'a'.repeat(20)}`, `dop_v1_${'a'.repeat(32)}`, `npm_${'a'.repeat(30)}`, `pypi-${'a'.repeat(30)}`],
    ...[`hf_${'a'.repeat(30)}`, `hvs.${'a'.repeat(20)}`, `dckr_pat_${'a'.repeat(20)}`, `lin_api_${'a'.repeat(20)}`],
    ...[
      `NRAK-${'A'.repeat(20)}`,
      `xkeysib-${'a'.repeat(30)}`,
      `ATATT3${'a'.repeat(20)}`,
      `AGE-SECRET-KEY-1${'A'.repeat(30)}`,
    ],
    ...[
      '4111111111111111',
      '378282246310005',
      '30569309025904',
      `whsec_${'a'.repeat(16)}`,
      'rzp_live_abcdefgh',
      'pk_test_abcdefgh',
    ],
    ...['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', `12345678:AA${'a'.repeat(32)}`, `key-${'a'.repeat(32)}`],
  ])('hides %s in a path and in a text', (secret) => {
    expect(redaction.target(`/x/${secret}/y`)).toBe('/x/[redacted]/y');
    expect(redaction.header('user-agent', `agent ${secret}`)).toBe('agent [redacted]');
  });

  it.each(['reset', 'verify', 'confirm', 'activate', 'invite', 'magic', 'recover', 'unsubscribe', 'sessions', 'login'])(
    'hides what comes after /%s/',
    (segment) => {
      expect(redaction.target(`/${segment}/s3cr3t-s3cr3t`)).toBe(`/${segment}/[redacted]`);
    },
  );

  it.each([
    '/',
    '/orders/12?page=2',
    '/users/550e8400-e29b-41d4-a716-446655440000',
    '/monkeys?keyboard=1',
    '*',
    'curl/8.5.0',
  ])('leaves %s as it is', (text) => {
    expect(redaction.target(text)).toBe(text);
    expect(redaction.header('user-agent', text)).toBe(text);
  });

  it('shows what is allowed, and hides what is configured', () => {
    const own = makeLogRedaction({ headers: [], paths: [], query: ['ticket'], allow: ['token', 'pin'] });
    expect(own.target('/?token=a&pin=1234&ticket=b&secret=c')).toBe(
      '/?token=a&pin=1234&ticket=[redacted]&secret=[redacted]',
    );
  });
});

it('tells of each value that it hides once, by the name that it has', () => {
  const counted: string[] = [];
  const count = (rule: string, name = '') => counted.push(`${rule} ${name}`);
  const counting = makeLogRedaction({ headers: ['User-Agent'], paths: [], query: ['ticket'], allow: ['pin'] }, count);
  expect(counting.target('/reset/s3cr3t-s3cr3t?api_key=a&ticket=b&pin=1234&x=1&card=4111111111111111')).toBe(
    '/reset/[redacted]?api_key=[redacted]&ticket=[redacted]&pin=1234&x=1&card=[redacted]',
  );
  expect(counting.header('referer', 'https://shop.test/?token=a')).toBe('https://shop.test/?token=[redacted]');
  expect(counting.header('user-agent', 'curl')).toBe('[redacted]');
  expect(counted).toEqual(['path_token ', 'api_key api_key', 'configured ', 'card ', 'token token', 'configured ']);
});

it('hides as a whole what is nested too deeply or too often to be looked into', () => {
  let nested = '/?x=1&token=s3cret-s3cret-s3cret';
  for (let depth = 0; depth < 9; depth++) nested = `/?x=1&next=${encodeURIComponent(nested)}`;
  expect(redaction.target(nested)).toMatch(/^\/\?x=1&next=/);
  expect(decodeURIComponent(redaction.target(nested))).not.toContain('s3cret');
});
