import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { caller } from './caller.ts';
import { NOW } from './results.ts';

const HOUR = 3_600_000;
const JSON_BODY = (token: string) => ({ body: JSON.stringify({ token }) });

/** A browser: it keeps the cookie that it is given. */
function browser(call: ReturnType<typeof caller>, origin = 'http://127.0.0.1:9900') {
  let cookie: string | undefined;
  const own = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', origin };
  return {
    async call(method: string, path: string, options: Parameters<typeof call>[2] = {}) {
      const headers = { ...own, ...(cookie !== undefined && { cookie: `other=1; ${cookie}` }), ...options.headers };
      const reply = await call(method, path, { ...options, headers: { host: new URL(origin).host, ...headers } });
      const set = reply.headers['set-cookie'] as string | undefined;
      if (set !== undefined) cookie = set.split(';')[0];
      return reply;
    },
    get cookie() {
      return cookie!;
    },
  };
}

describe('the login of a browser', () => {
  it('makes ready for questions whoever loads the page after it, and nobody before', async () => {
    let expected = 0;
    const page = browser(caller({ token: 'sesame', expectQuestions: () => expected++ }));
    expect(await page.call('GET', '/')).toMatchObject({ status: 200, body: 'the page' });
    expect(expected).toBe(0);
    await page.call('POST', '/api/v1/session', JSON_BODY('sesame'));
    await page.call('GET', '/');
    expect(expected).toBe(1);
    await caller({ expectQuestions: () => expected++ })('GET', '/');
    expect(expected).toBe(2);
  });

  it('gives a cookie that lets it in until it logs out, and not afterwards', async () => {
    const page = browser(caller({ token: 'sesame' }));
    expect((await page.call('GET', '/api/v1/session')).value).toEqual({ required: true, authenticated: false });
    const login = await page.call('POST', '/api/v1/session', JSON_BODY('sesame'));
    expect(login).toMatchObject({ status: 204, body: '' });
    expect(login.headers['set-cookie']).toMatch(
      /^understudy-[0-9a-f]{8}=\S+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
    );
    expect(login.headers['set-cookie']).not.toContain('sesame');
    expect((await page.call('GET', '/api/v1/summary')).status).toBe(200);
    expect((await page.call('PUT', '/api/v1/mirror', { body: '{"enabled":true}' })).status).toBe(200);
    const { value } = await page.call('GET', '/api/v1/session');
    expect(value).toEqual({ required: true, authenticated: true, expiresAt: NOW + 12 * HOUR });
    const before = page.cookie;
    expect((await page.call('DELETE', '/api/v1/session')).headers['set-cookie']).toMatch(/=; .*Max-Age=0/);
    expect((await page.call('GET', '/api/v1/summary')).status).toBe(401);
    expect((await page.call('GET', '/api/v1/summary', { headers: { cookie: before } })).status).toBe(401);
  });

  it('outlives a restart, expires, and ends when the token changes', async () => {
    let now = NOW;
    const server = (token: string) => caller({ token, now: () => now });
    const page = browser(server('sesame'));
    await page.call('POST', '/api/v1/session', JSON_BODY('sesame'));
    const { cookie } = page;
    const status = async (token: string) =>
      (await server(token)('GET', '/api/v1/summary', { headers: { cookie } })).status;
    expect(await status('sesame')).toBe(200);
    expect(await status('other')).toBe(401);
    now = NOW + 12 * HOUR;
    expect(await status('sesame')).toBe(401);
  });

  it('refuses a cookie of which anything was changed', async () => {
    const call = caller({ token: 'sesame' });
    const page = browser(call);
    await page.call('POST', '/api/v1/session', JSON_BODY('sesame'));
    const [name, value] = page.cookie.split('=') as [string, string];
    const [expiry, id, signature] = value.split('.') as [string, string, string];
    for (const forged of [
      `${Number(expiry) + 1}.${id}.${signature}`,
      `${expiry}.x${id}.${signature}`,
      `${expiry}.${id}.${signature.slice(1)}`,
      `${expiry}.${id}.`,
      `${expiry}.${id}`,
      '',
      '..',
    ]) {
      const reply = await call('GET', '/api/v1/summary', { headers: { cookie: `${name}=${forged}` } });
      expect(reply.status, forged).toBe(401);
    }
    expect((await call('GET', '/api/v1/summary', { headers: { cookie: `${name}=${value}` } })).status).toBe(200);
  });

  it('is for TLS alone where the page came by TLS', async () => {
    const page = browser(caller({ token: 'sesame' }), 'https://understudy.example');
    const { headers } = await page.call('POST', '/api/v1/session', JSON_BODY('sesame'));
    expect(headers['set-cookie']).toMatch(/; Secure$/);
  });

  it('is refused to pages of other origins, without JSON, and with a wrong token', async () => {
    const call = caller({ token: 'sesame' });
    const post = (headers: Record<string, string>, token = 'sesame') =>
      call('POST', '/api/v1/session', { ...JSON_BODY(token), headers });
    expect((await post({ origin: 'http://evil.test' })).value.code).toBe('cross_site');
    expect((await post({ 'sec-fetch-site': 'cross-site' })).value.code).toBe('cross_site');
    expect((await post({ 'content-type': 'text/plain' })).value.code).toBe('not_json');
    const wrong = await post({}, 'sesamee');
    expect(wrong.value).toMatchObject({ status: 401, code: 'unauthorized' });
    expect(wrong.headers).not.toHaveProperty('set-cookie');
    expect(wrong.headers).not.toHaveProperty('www-authenticate');
    expect((await call('POST', '/api/v1/session', { body: '{}' })).status).toBe(400);
  });

  it('is not needed where no token is', async () => {
    const page = browser(caller());
    expect((await page.call('GET', '/api/v1/session')).value).toEqual({ required: false, authenticated: true });
    const { status, headers } = await page.call('POST', '/api/v1/session', JSON_BODY('x'));
    expect({ status, cookie: headers['set-cookie'] }).toEqual({ status: 204, cookie: undefined });
  });

  it('is not written to the log with its token', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'trace' }, { write: (line) => void lines.push(line) });
    await caller({ token: 'sesame', logger })('POST', '/api/v1/session', JSON_BODY('sesame'));
    await caller({ token: 'sesame', logger })('POST', '/api/v1/session', JSON_BODY('guess'));
    expect(lines.join()).toContain('/api/v1/session');
    expect(lines.join()).not.toMatch(/sesame|guess"/);
  });
});

describe('wrong tokens', () => {
  it('are limited by address, however they are sent; a session and other addresses are let in', async () => {
    let now = NOW;
    const call = caller({ token: 'sesame', now: () => now });
    const page = browser(call);
    await page.call('POST', '/api/v1/session', JSON_BODY('sesame'));
    const bearer = (token: string, address = '127.0.0.1') =>
      call('GET', '/api/v1/summary', { headers: { authorization: `Bearer ${token}` }, address });
    for (let guess = 0; guess < 5; guess++) {
      expect((await bearer(`guess-${guess}`)).status).toBe(401);
      expect((await call('POST', '/api/v1/session', JSON_BODY(`guess-${guess}`))).status).toBe(401);
    }
    const limited = await bearer('sesame');
    expect(limited.value).toMatchObject({ status: 429, code: 'too_many_guesses' });
    expect(limited.headers['retry-after']).toBe('5');
    expect((await call('POST', '/api/v1/session', JSON_BODY('sesame'))).status).toBe(429);
    expect((await page.call('GET', '/api/v1/summary')).status).toBe(200);
    expect((await bearer('sesame', '10.0.0.2')).status).toBe(200);
    expect((await call('GET', '/livez')).status).toBe(200);
    now += 5_000;
    expect((await bearer('wrong')).status).toBe(401);
    expect((await bearer('sesame')).status).toBe(429);
    now += 60_000;
    expect((await bearer('sesame')).status).toBe(200);
  });

  it('bring up no password box of the browser over a page, but do where a person opens an address', async () => {
    const call = caller({ token: 'sesame' });
    const challenges = async (mode?: string) =>
      (await call('GET', '/metrics', { headers: mode === undefined ? {} : { 'sec-fetch-mode': mode } })).headers[
        'www-authenticate'
      ];
    expect(await challenges('cors')).toEqual(['Bearer realm="understudy"']);
    for (const mode of [undefined, 'navigate']) expect(await challenges(mode)).toHaveLength(2);
  });
});
