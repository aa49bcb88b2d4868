import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AdminDependencies, ServiceState } from '../../../src/admin/dependencies.ts';
import { Reading } from '../../../src/admin/reading.ts';
import { createAdminServer } from '../../../src/admin/server.ts';
import { UnderstudyError } from '../../../src/model/errors.ts';
import type { StoreReader } from '../../../src/model/store-reader.ts';
import { type Ask, asking } from '../../../src/results/questions.ts';
import { open, overhang, startBrowser, violations } from '../../support/browser.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { flush } from '../../support/flushes.ts';
import { NOON, ORDERS, twoServices } from '../../support/two-services.ts';
import { calm, dependencies, FakeStore, signature, summary } from '../../unit/admin/results.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

/** A server of the dashboard that is in this state. Resolves to its origin. */
async function serve(changes: Partial<AdminDependencies>): Promise<string> {
  const server = createAdminServer(dependencies(changes));
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  afterThisTest(() => server.close());
  return `http://127.0.0.1:${port}`;
}

async function shows(page: Page, text: string | RegExp): Promise<void> {
  await page.getByText(text).first().waitFor();
}

const PHONE = { viewport: { width: 360, height: 800 } };

const PRIMARY = { url: 'http://a' };
const SHADOW = { url: 'http://b', breaker: 'closed', inFlight: 0, outOfOrder: 0 } as const;
const SERVICES: ServiceState[] = [
  { service: 'orders', primary: PRIMARY, shadow: { ...SHADOW, breaker: 'open' }, experiments: [] },
  { service: 'users', primary: PRIMARY, shadow: SHADOW, experiments: [] },
  { service: 'plain', primary: PRIMARY, experiments: [] },
];

test('of several services each has its verdict and gravest reason, rows name theirs, and one leads to itself', async () => {
  const store = await twoServices();
  const origin = await serve({ store, ask: asking(store), services: () => SERVICES });
  const { page, troubles } = await open(browser, origin, '/', PHONE);
  await shows(page, 'The breaker of the shadow of orders is open: copies are skipped.');
  const rows = page.getByRole('region', { name: 'Services' });
  await rows.getByText('inconclusive').first().waitFor();
  expect(await rows.getByRole('row', { name: /plain/ }).innerText()).toContain('not mirrored');
  expect(await overhang(page)).toBe(0);
  expect(await violations(page)).toEqual([]);
  for (const path of ['/routes', '/causes', '/latency']) {
    await page.goto(origin + path);
    await page.getByText('of users').filter({ visible: true }).first().waitFor();
  }
  await page.goto(`${origin}/`);
  await rows.getByRole('link', { name: 'users' }).click();
  await page.waitForURL('**/?service=users');
  await shows(page, 'Still open');
  expect(await page.getByText('of users').filter({ visible: true }).count()).toBe(0);
  expect(await page.getByText('The breaker').count()).toBe(0);
  await page.getByLabel('Service').selectOption('plain');
  await shows(page, 'The service plain is not mirrored: it has no shadow.');
  expect(troubles).toEqual([]);
});

test('a route that several services have is shown apart for each: its figures, its latency, and the way to it', async () => {
  const store = await twoServices();
  const origin = await serve({ store, ask: asking(store), services: () => SERVICES });
  const { page, troubles } = await open(browser, origin, '/routes/read');
  const latencyOf = (service: string) => page.getByRole('region', { name: `Latency of ${service}` }).locator('.stats');
  expect(await latencyOf('orders').innerText()).toMatch(/shadow\s+1\.0/i);
  expect(await latencyOf('users').innerText()).toMatch(/shadow\s+[89]\.\d/i);
  expect(await violations(page)).toEqual([]);
  await page.goto(`${origin}/latency?route=read`);
  await shows(page, 'Of the service orders');
  await page.goto(`${origin}/routes/read`);
  await page.getByRole('heading', { name: 'users' }).first().getByRole('link').click();
  await page.waitForURL('**/routes/read?service=users');
  await page.getByRole('region', { name: 'Latency', exact: true }).waitFor();
  expect(await page.getByRole('heading', { name: /orders/ }).count()).toBe(0);
  expect(troubles).toEqual([]);
});

test('where copies of one service are lost, overview and health name it, and one that is chosen has its own troubles alone', async () => {
  const store = await twoServices();
  const endings = { match: 3, 'skipped:breaker_open': 1 };
  const routes = { read: { requests: 4, endings, legs: { primary: [1], shadow: [1] } } };
  await store.write(flush({ sequence: 99, at: NOON, rehearsal: ORDERS, routes }));
  const target = { role: 'shadow', url: 'http://b', reachable: false, breaker: 'open' } as const;
  const health = {
    ...dependencies().health(),
    services: ['orders', 'users'].map((service) => ({ service, targets: [target] })),
  };
  const origin = await serve({ store, ask: asking(store), services: () => SERVICES, health: () => health });
  const { page, troubles } = await open(browser, origin, '/');
  await page.locator('.answer', { hasText: 'And 1 other trouble.' }).waitFor();
  await page.getByRole('link', { name: 'Health says more' }).click();
  const notices = page.locator('.notice');
  await notices.getByText(/% of the copies of orders were lost\./).waitFor();
  await notices.getByText('The breaker of the shadow of users is open').waitFor();
  await page.getByLabel('Service').selectOption('users');
  await notices.getByText('of orders').first().waitFor({ state: 'detached' });
  expect(await notices.count()).toBe(1);
  expect(await page.getByRole('region', { name: 'Targets' }).locator('tbody tr').count()).toBe(1);
  expect(troubles).toEqual([]);
});

test('whatever keeps the mirror from its work is told on the overview, the gravest first, and all of it by health', async () => {
  const process = {
    ...calm,
    recorder: { ...calm.recorder, status: 'degraded', detail: 'store ./a.db: the disk is full', pendingRequests: 7 },
    threads: [{ name: 'compare-0', status: 'failing', restarts: 4, lastDeath: 'RangeError', lag: 0 }],
    configLastError: 'a.yaml:3:1: unknown key',
  } as const;
  const paused = [{ cause: 'primary_p99', service: 'default', since: 0, edges: 1 }] as const;
  const well = dependencies().health();
  const origin = await serve({
    state: () => process,
    health: () => ({
      ...well,
      ...process,
      config: { ...well.config, lastError: process.configLastError },
    }),
    mirror: { get: () => ({ enabled: true, paused }), set: () => {} },
  });
  const { page, troubles } = await open(browser, origin, '/');
  await page.getByRole('button', { name: 'mirror paused' }).waitFor();
  await shows(page, 'Copies are paused to relieve clients: the primary is slow.');
  await shows(page, 'And 3 other troubles.');
  await page.getByRole('link', { name: 'Health says more' }).click();
  for (const told of [
    'Copies are paused to relieve clients: the primary is slow.',
    'Thread compare-0 dies again and again. RangeError',
    'Results are not being written; 7 requests wait in memory. store ./a.db: the disk is full',
    'The newest configuration does not work; the one before is in force. a.yaml:3:1: unknown key',
  ]) {
    await page.locator('.notice', { hasText: told }).waitFor();
  }
  expect(await violations(page)).toEqual([]);
  expect(troubles).toEqual([]);
});

function unreadable(why: string): StoreReader {
  const refuse = () => Promise.reject(new UnderstudyError('store_unusable', why));
  return new Proxy({} as StoreReader, { get: () => refuse });
}

test('results that can not be read are told on each page with the reason, and the kill switch works all the same', async () => {
  const broken = 'store ./a.db: database disk image is malformed';
  let enabled = true;
  const origin = await serve({
    ask: asking(unreadable(broken)),
    mirror: {
      get: () => ({ enabled, paused: [] }),
      set: (wanted) => {
        enabled = wanted;
      },
    },
  });
  const { page } = await open(browser, origin, '/', PHONE);
  for (const path of ['/', '/routes', '/causes', '/causes/a1b2c3', '/latency', '/routes/orders']) {
    await page.goto(origin + path);
    await shows(page, 'The results can’t be read');
    await shows(page, broken);
    expect(await overhang(page)).toBe(0);
  }
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'mirror on' }).click();
  await page.getByRole('button', { name: 'Switch off' }).click();
  await page.getByRole('button', { name: 'mirror off' }).waitFor();
  expect(enabled).toBe(false);
});

test('health tells that results can not be read and why, and is well again once they can be', async () => {
  const reading = new Reading(Date.now);
  const well = dependencies();
  let works = false;
  const broken = unreadable('store ./a.db: database disk image is malformed');
  const origin = await serve({
    reading,
    health: () => ({ ...well.health(), reading: reading.state }),
    state: () => ({ ...calm, reading: reading.state }),
    ask: ((question, query) => (works ? well.ask : asking(broken))(question, query)) as Ask,
  });
  const { page } = await open(browser, origin, '/causes');
  await shows(page, 'The results can’t be read');
  await page.goto(`${origin}/health`);
  const results = page.locator('.stats > div', { hasText: 'Results' });
  await results.getByText('can’t be read').waitFor();
  await page.locator('.notice', { hasText: /^Results can’t be read. Since .* malformed$/ }).waitFor();
  expect(await violations(page)).toEqual([]);
  works = true;
  await page.goto(`${origin}/causes`);
  await page.locator('tbody tr').first().waitFor();
  await page.goto(`${origin}/health`);
  await results.getByText('recorded').waitFor();
  await page.locator('.notice.past', { hasText: /^Results could not be read. From .* until .* malformed$/ }).waitFor();
  await page.goto(`${origin}/`);
  await shows(page, '1 earlier trouble');
});

test('an address behind the last row says so, and leads back to the rows', async () => {
  const { page } = await open(browser, await serve({}), '/causes?offset=500');
  await shows(page, 'none: there are 1');
  await page.getByRole('button', { name: 'Previous' }).click();
  await page.waitForURL('**/causes');
  await page.locator('tbody tr').first().waitFor();
});

test('after the login the page is live at once', async () => {
  const { page } = await open(browser, await serve({ token: 'sesame-opens-this' }), '/');
  await page.getByLabel('Token').fill('sesame-opens-this');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await page.getByText('live', { exact: true }).waitFor({ timeout: 5_000 });
});

test('what is open again since a moment tells it in the zone of the reader, and in UTC on hover', async () => {
  const at = Date.UTC(2026, 10, 20, 12, 30);
  const reopened = { ...signature, mark: { state: 'fixed', markedAt: at - 60_000, seenAgain: at } } as const;
  const store = new FakeStore({ summary, signature: reopened });
  const { page } = await open(browser, await serve({ store }), '/causes/a1b2c3', {
    timezoneId: 'Asia/Kolkata',
    locale: 'en-GB',
  });
  await shows(page, 'open again');
  const told = page.locator('.badges', { hasText: 'It was fixed, and seen again at' });
  expect(await told.innerText()).toMatch(/seen again at .*18:00/);
  expect(await told.locator('time').getAttribute('title')).toBe('2026-11-20 12:30:00 UTC');
});
