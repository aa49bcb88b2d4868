import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RedactionRow } from '../../../src/model/store-reader.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { startUnderstudy } from '../../support/understudy.ts';

const NAMES = [
  ...[
    'password',
    'newPassword',
    'PASSWORD2',
    'passwd',
    'pwd',
    'client_secret',
    'access_token',
    'refreshToken',
    'idToken',
  ],
  ...[
    'reset-token',
    'apiKey',
    'API_KEY',
    'apikey',
    'authorization',
    'authentication',
    'credential',
    'session',
    'sid',
    'ssn',
  ],
  ...[
    'pin',
    'cvv',
    'cardNumber',
    'otp',
    'key',
    'signature',
    'PHPSESSID',
    'SAMLResponse',
    'DPoP',
    'X-Session',
    'X-ApiToken',
  ],
  ...['X-RapidAPI-Key', 'jwt', 'csrf_token'],
];

it('leaves no secret in any file, line or answer of a proxy that nobody configured', async () => {
  const planted: string[] = [];
  const plant = () => {
    const secret = `Pl4nted-${planted.length}-s3cret-${planted.length * 7919}-x9`;
    planted.push(secret);
    return secret;
  };
  const each = (write: (name: string, secret: string) => string, separator = '') =>
    NAMES.map((name) => write(name, plant())).join(separator);
  const formats: readonly (readonly [type: string, body: () => string])[] = [
    ['application/json', () => `{${each((name, secret) => `"${name}":"${secret}"`, ',')}}`],
    ['application/json', () => `{"a":${JSON.stringify(`{${each((name, secret) => `"${name}":"${secret}"`, ',')}}`)}}`],
    ['application/json', () => `{"broken":,${each((name, secret) => `"${name}":"${secret}"`, ',')}`],
    ['application/x-ndjson', () => each((name, secret) => `{"${name}":"${secret}"}\n`)],
    ['application/x-www-form-urlencoded', () => each((name, secret) => `${name}=${secret}`, '&')],
    [
      'application/xml',
      () => `<a>${each((name, secret) => `<${name}>${secret}</${name}><b ${name}="${plant()}"/>`)}</a>`,
    ],
    ['application/yaml', () => each((name, secret) => `${name}: ${secret}\n`)],
    ['text/csv', () => `${NAMES.join(',')}\n${each((_, secret) => secret, ',')}\n`],
    ['text/html', () => each((name, secret) => `<input name="${name}" value="${secret}">`)],
    [
      'multipart/form-data; boundary=b',
      () =>
        `${each((name, secret) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${secret}\r\n`)}--b--\r\n`,
    ],
    [
      'application/json',
      () =>
        JSON.stringify({
          query: `mutation { a(${each((name, secret) => `${name.replaceAll('-', '_')}: "${secret}"`, ', ')}) }`,
        }),
    ],
  ];
  const serve = async () => {
    const server = createServer((request, response) => {
      request.resume().on('end', () => {
        const [type, body] = formats[Number(request.headers['x-format'])]!;
        response.setHeader('Content-Type', type);
        response.setHeader('Set-Cookie', `sid=${plant()}; Path=/`);
        response.setHeader('Location', `/reset/${plant()}?token=${plant()}`);
        response.end(body());
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    afterThisTest(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const understudy = await startUnderstudy({
    primary: await serve(),
    shadow: await serve(),
    mirror: { methods: ['POST'] },
    log: { access: { format: 'json', file: './access.log' } },
  });

  for (const [at, [type, body]] of formats.entries()) {
    const query = each((name, secret) => `${name}=${secret}`, '&');
    const response = await fetch(`http://127.0.0.1:${understudy.port}/a;jsessionid=${plant()}/x?${query}`, {
      method: 'POST',
      headers: {
        'content-type': type,
        'x-format': String(at),
        authorization: `Bearer ${plant()}`,
        cookie: `PHPSESSID=${plant()}`,
        'x-session': plant(),
        'x-rapidapi-key': plant(),
        referer: `https://shop.test/reset/${plant()}?code=${plant()}&state=1`,
      },
      body: body(),
      redirect: 'manual',
    });
    await response.arrayBuffer();
  }
  const api = (path: string) => fetch(`http://127.0.0.1:${understudy.adminPort}${path}`).then((each) => each.text());
  const mismatches = async () =>
    [...(await api('/metrics')).matchAll(/outcomes_total\{.*outcome="mismatch".*\} (\d+)/g)].reduce(
      (sum, [, count]) => sum + Number(count),
      0,
    );
  await expect.poll(mismatches, { timeout: 20_000 }).toBe(formats.length);
  const metrics = await api('/metrics');
  const pages = [metrics, await api('/'), await api('/api/v1/signatures'), await api('/api/v1/summary')];
  expect(metrics).toMatch(/understudy_redactions_total\{rule="password"\} [1-9]/);
  const hidden = async () => (JSON.parse(await api('/api/v1/redactions')) as { redactions: RedactionRow[] }).redactions;
  await expect
    .poll(async () => (await hidden()).find(({ rule }) => rule === 'password')?.names.map(({ name }) => name), {
      // They are recorded with the next flush.
      timeout: 20_000,
    })
    .toEqual(expect.arrayContaining(['password', 'newPassword', 'passwd', 'pwd']));
  await understudy.stop();

  const files = readdirSync(understudy.directory).map((name) =>
    readFileSync(join(understudy.directory, name), 'latin1'),
  );
  const seen = [...files, ...pages, JSON.stringify(understudy.logs())];
  expect(planted.filter((secret) => seen.some((text) => text.includes(secret)))).toEqual([]);
  expect(planted.length).toBeGreaterThan(700);
  // That nothing was found means something only where the rest is found.
  expect(files.some((text) => text.includes('~token:') && text.includes('PHPSESSID'))).toBe(true);
  expect(statSync(join(understudy.directory, 'access.log')).mode & 0o777).toBe(0o600);
});
