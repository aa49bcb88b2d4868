import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AdminDependencies } from '../../../src/admin/dependencies.ts';
import { createAdminServer } from '../../../src/admin/server.ts';
import { SKETCH_BUCKETS, sketchBucket } from '../../../src/lib/sketch.ts';
import { UnderstudyError } from '../../../src/model/errors.ts';
import { open, startBrowser, violations } from '../../support/browser.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { startCompared } from '../../support/compared-services.ts';
import { calm, dependencies, FakeStore } from '../../unit/admin/results.ts';

/** A step that does not come says which it was, before the test's own time is over. */
const PATIENCE = 12_000;

let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

async function serve(changes: Partial<AdminDependencies>, port = 0) {
  const server = createAdminServer(dependencies(changes));
  const address = await server.listen({ host: '127.0.0.1', port });
  afterThisTest(() => server.close());
  return { server, port: address.port, origin: `http://127.0.0.1:${address.port}` };
}

async function openPage(path: string, changes: Partial<AdminDependencies> = {}) {
  const reader = await open(browser, (await serve(changes)).origin, path);
  reader.page.setDefaultTimeout(PATIENCE);
  return reader;
}

/** A store whose route has a control, with times of each leg. */
class MeasuredStore extends FakeStore {
  override async summary(window?: unknown) {
    const found = await super.summary(window);
    const [orders, ...others] = found.routes;
    const control = { ...orders!.latency[0]!, leg: 'control' } as const;
    return { ...found, routes: [{ ...orders!, latency: [...orders!.latency, control] }, ...others] };
  }
  override async sketches() {
    const sketch = (metric: string, times: readonly number[]) => {
      const counts = new Float64Array(SKETCH_BUCKETS);
      for (const milliseconds of times) counts[sketchBucket(milliseconds)]! += 1;
      return { metric, counts };
    };
    const steps = Array.from({ length: 100 }, (_, step) => 10 + step);
    return [
      sketch('primary.lastByte', steps),
      sketch(
        'control.lastByte',
        steps.map((time) => time + 1),
      ),
      sketch(
        'shadow.lastByte',
        steps.map((time) => time + 20),
      ),
      sketch(
        'delta.above',
        steps.map((time) => time / 10),
      ),
    ];
  }
}

test('the latency of a route shows density, paired deltas with interval, margin and n, and deciles against the floor', async () => {
  const { page, troubles } = await openPage('/latency?route=orders', { store: new MeasuredStore() });
  const density = page.getByRole('region', { name: 'Time to the last byte' });
  await density.getByRole('img', { name: /primary p50 .*; shadow p50 .*; control p50/ }).waitFor();
  expect(await density.locator('path.line').count()).toBe(3);
  const deltas = page.getByRole('region', { name: 'Paired: shadow minus control' });
  await deltas
    .getByRole('img', { name: /^Histogram of 100 paired deltas: median \+[56]\.\d.* ms, certain: \+1\.1.* – \+1\.3/ })
    .waitFor();
  expect(await deltas.locator('rect.bar').count()).toBe(60);
  expect(await deltas.locator('.whisker, rect.band, circle.dot').count()).toBe(3);
  const deciles = page.getByRole('region', { name: 'Shift at each decile' });
  const label = await deciles.getByRole('img').getAttribute('aria-label');
  expect(label).toMatch(/^Shadow minus primary at the deciles: 10%: \+(19|2[01])/);
  expect(label).toContain('90%: +');
  expect(await deciles.locator('path.floor').count()).toBe(1);
  expect(await deciles.locator('circle.dot').count()).toBe(9);
  await deciles.getByText('A/A floor: control minus primary').waitFor();
  expect(await page.locator('.stats').innerText()).toMatch(/100 pairs, worth 40/);
  expect(await violations(page)).toEqual([]);
  expect(troubles).toEqual([]);
});

test('a route without a control says that there is no floor', async () => {
  const { page } = await openPage('/latency?route=orders');
  await page.getByText('without a control there is no floor to hold it against').waitFor();
  expect(await page.locator('path.floor').count()).toBe(0);
});

test('the rules of a route have their hits there, and what is doubtful about them', async () => {
  const body = (side: string) => JSON.stringify({ total: 1, at: side === 'shadow' ? 'b' : 'a' });
  const answers = { '/quote': (side: string) => ({ body: body(side), type: 'application/json' }) };
  const rules = [
    { path: '$.at', ignore: true, reason: 'a random text' },
    { path: '$.never', ignore: true, reason: 'of a member that is not there' },
    { path: '$.total', within: 1, until: '2026-01-31' },
  ];
  const services = await startCompared(answers, { compare: { rules } });
  afterThisTest(() => services.close());
  await services.ask(6);
  const { page, troubles } = await open(browser, services.origin, '/routes/quote');
  const applied = page.getByRole('region', { name: 'Rules that apply here' });
  const row = (text: string) => applied.getByRole('listitem').filter({ hasText: text });
  await row('$.at').getByText('6 hits').waitFor();
  await row('$.never').getByText('never hit').waitFor();
  expect(await row('$.never').innerText()).toContain('0 hits');
  await row('$.total').getByText('expired on 2026-01-31').waitFor();
  expect(troubles).toEqual([]);
});

test('health lists rules that expired or never hit before the others, and draws skips by reason', async () => {
  const { page, troubles } = await openPage('/health');
  const rules = page.getByRole('region', { name: 'Rules' }).locator('tbody tr');
  await rules.first().waitFor();
  const states = await rules.locator('td:first-child').allInnerTexts();
  expect(states).toEqual(['never hit', 'expired on 2026-11-01', 'in use']);
  const chart = page.getByRole('img', { name: /^Skipped requests by reason, at last: tape_full / });
  await chart.waitFor();
  expect(await chart.locator('canvas').count()).toBe(1);
  expect(troubles).toEqual([]);
});

test('an open page of an older version offers to load the new one, which then is not offered any more', async () => {
  const { health } = dependencies();
  const before = await serve({});
  const { page } = await open(browser, before.origin, '/routes');
  await page.getByText('live', { exact: true }).waitFor();
  expect(await page.getByRole('button', { name: 'Load the new version' }).count()).toBe(0);
  await before.server.close();
  await serve({ health: () => ({ ...health(), instance: 'two', version: '0.2.0' }) }, before.port);
  await page.getByRole('button', { name: 'Load the new version' }).click();
  await page.getByText('live', { exact: true }).waitFor();
  expect(await page.getByRole('button', { name: 'Load the new version' }).count()).toBe(0);
});

/** What SQLite says of a file that was made read-only while it was in use. */
const READ_ONLY = 'store ./a.db: attempt to write a readonly database (SQLite 8); allow this user to write the file';

test('with a store that is read-only results are shown, health says what to do, and a mark says that it was not made', async () => {
  const recorder = { ...calm.recorder, status: 'degraded', detail: READ_ONLY, pendingRequests: 5 } as const;
  const { health } = dependencies();
  const store = new FakeStore();
  store.mark = () => Promise.reject(new UnderstudyError('store_unusable', READ_ONLY));
  const { page } = await openPage('/', {
    store,
    state: () => ({ ...calm, recorder }),
    health: () => ({ ...health(), recorder }),
  });
  const told = 'Results are not being written; 5 requests wait in memory.';
  await page.locator('.answer', { hasText: told }).waitFor();
  await page.getByRole('link', { name: 'Health says more' }).click();
  await page.locator('.notice', { hasText: `${told} ${READ_ONLY}` }).waitFor();
  await page.getByText('not written', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Causes' }).first().click();
  await page.locator('[data-row] a').first().click();
  await page.getByRole('button', { name: 'Mark as fixed …' }).click();
  await page.getByRole('button', { name: 'Mark', exact: true }).click();
  const alert = page.getByRole('dialog').getByRole('alert');
  await alert.getByText('This was not done').waitFor();
  expect(await alert.innerText()).toContain(READ_ONLY);
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect(await isOpen(page)).toBe(true);
});

function isOpen(page: Page): Promise<boolean> {
  return page.locator('.badges').getByText('open', { exact: true }).isVisible();
}
