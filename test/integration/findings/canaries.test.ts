import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { FindingsCollector, NOTHING_COMPARED } from '../../../src/findings/collector.ts';
import { Redactor } from '../../../src/findings/redactor.ts';
import type { CapturedLeg } from '../../../src/model/exchange.ts';
import { SqliteStore } from '../../../src/record/sqlite/store.ts';
import { answer, captured } from '../../support/captured.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { OF_FIRST, rehearsal } from '../../support/flushes.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

it('no secret planted anywhere in an exchange is found in any file of the store', async () => {
  const directory = temporaryDirectory();
  const run = { id: 'run-1', startedAt: 1_000 };
  const store = await SqliteStore.open({ path: join(directory, 'results.db'), run, now: () => 0, warn: expect.fail });
  afterThisTest(() => store.close());
  const config = { headers: ['x-customer'], paths: ['$.user.email', '$.cards[*].number', '$..pin'], query: ['mail'] };
  const findings = new FindingsCollector(new Redactor(config, await store.redactionKey()), () => 0.5);

  const planted: string[] = [];
  /** A new secret; no part of it that could give it away is common. */
  const plant = (place: string): string => {
    const canary = `CANARY-${planted.length}-${place}-q7Zx`;
    planted.push(canary);
    return canary;
  };
  const json = (leg: string): string =>
    JSON.stringify({
      id: 12345,
      user: { name: 'visible', email: plant(`${leg}-json`) },
      cards: [{ number: plant(`${leg}-array-1`) }, { number: plant(`${leg}-array-2`) }],
      deep: [[{ pin: { digits: plant(`${leg}-subtree`) } }]],
      next: `https://shop.test/?access_token=${plant(`${leg}-link`)}`,
    });
  const answerFields = (leg: string, ...more: string[]): string[] => [
    'Content-Type',
    'application/json',
    'Set-Cookie',
    `sid=${plant(`${leg}-cookie`)}; Path=/; HttpOnly`,
    'sET-cOOKIE',
    `other=${plant(`${leg}-cookie-odd-case`)}`,
    'X-Auth-Token',
    plant(`${leg}-token`),
    'X-CUSTOMER',
    plant(`${leg}-configured`),
    'x-customer',
    plant(`${leg}-configured-again`),
    'Location',
    `https://me:${plant(`${leg}-user`)}@shop.test/cb#access_token=${plant(`${leg}-fragment`)}`,
    ...more,
  ];
  const leg = (name: string): CapturedLeg =>
    answer({ fields: answerFields(name), body: json(name), trailers: ['Authorization', plant(`${name}-trailer`)] });

  const requestToken = plant('bearer');
  const request = {
    method: 'POST',
    target: `/api?mail=${plant('query')}&API_KEY=${plant('query-case')}&x=1&p%61ssword=${plant('query-encoded')}`,
    fields: [
      'aUTHORIZATION',
      `Bearer ${requestToken}`,
      'AUTHORIZATION',
      `Basic ${plant('basic')}`,
      'Proxy-Authorization',
      plant('proxy'),
      'Cookie',
      `a=${plant('cookie')}; b=${plant('cookie-2')}`,
      'cookie',
      plant('cookie-alone'),
      'X-API-Key',
      plant('api-key'),
      'Referer',
      `/?token=${plant('referer')}`,
      'Content-Type',
      'application/x-www-form-urlencoded',
    ],
    body: `user=me&password=${plant('form')}&card[secret]=${plant('form-nested')}`,
  };

  const echo = answer({ body: `your token is ${requestToken}`, reason: requestToken });
  const zipped = answer({ fields: answerFields('zipped', 'Content-Encoding', 'gzip'), body: gzipSync(json('zipped')) });
  const cut = answer({ fields: answerFields('cut'), body: json('cut').slice(0, -5) });
  const legs: [CapturedLeg, CapturedLeg][] = [
    [leg('primary'), leg('shadow')],
    [zipped, zipped],
    [cut, echo],
    [echo, { failure: 'invalid', detail: `unexpected ${requestToken}` }],
  ];
  for (const [primary, shadow] of legs) {
    const differences = planted.flatMap((secret) => [
      { path: '$.user.email', kind: 'value' as const, left: secret, right: secret },
      { path: `$..pin['${secret}']`, kind: 'added' as const, right: secret },
      { path: 'header.set-cookie', kind: 'header' as const, left: `sid=${secret}`, right: `["sid=${secret}"]` },
    ]);
    const exchange = captured({ id: `exchange-${legs.length}`, request, primary, shadow, control: primary });
    const comparison = { ...NOTHING_COMPARED, differences: differences.slice(0, 90) };
    findings.add('orders', 'mismatch', exchange, comparison, {
      noise: differences.slice(0, 9),
      control: { comparison: NOTHING_COMPARED, odd: [] },
    });
  }

  const batch = { ...OF_FIRST, ...findings.take() };
  await store.write({
    sequence: 1,
    at: 1_000,
    rehearsals: [rehearsal()],
    counts: [],
    findings: [batch],
    renamings: [],
    clockJumps: [],
  });
  const grep = () => {
    const files = readdirSync(directory).map((name) => readFileSync(join(directory, name)));
    return { files, hits: planted.filter((secret) => files.some((bytes) => bytes.includes(secret))) };
  };
  const inUse = grep();
  expect(inUse.files.length).toBe(3);
  expect(inUse.hits).toEqual([]);
  // That nothing was found means something only where what is no secret is found.
  expect(inUse.files.some((bytes) => bytes.includes('visible') && bytes.includes('~token:'))).toBe(true);
  await store.close();
  const closed = grep();
  expect(closed.hits).toEqual([]);
  expect(closed.files.some((bytes) => bytes.includes('visible') && bytes.includes('~token:'))).toBe(true);
  expect(planted.length).toBeGreaterThan(50);
});
