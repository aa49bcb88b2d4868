/** A mark says what it covers, and covers no more. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Place } from '../../../src/model/difference.ts';
import { dialogOverhang, open, startBrowser, violations } from '../../support/browser.ts';
import { example, rehearsal, signature } from '../../support/flushes.ts';
import { startRecorded } from '../../support/recorded-dashboard.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const now = Date.now();
const value = (path: string): Place => ({ path, kind: 'value' });
const [STATE, TOTAL] = [value('$.state'), value('$.total')];

/** Signatures by id: where they differ, and in how many exchanges. */
async function dashboard(differing: Readonly<Record<string, readonly [readonly Place[], number]>>) {
  const recorded = await startRecorded();
  const signatures = Object.entries(differing).map(([id, [places, count]]) =>
    signature({ id, places, count, firstSeen: now, lastSeen: now, examples: [example(`of-${id}`, 0.5)] }),
  );
  const mismatch = Object.values(differing).reduce((sum, [, count]) => sum + count, 0);
  const legs = { primary: [1], shadow: [2] };
  await recorded.write({
    routes: { orders: { requests: mismatch, endings: { mismatch }, legs, deltas: [1] } },
    signatures,
    configured: { rules: [] },
  });
  return recorded;
}

async function statesOf(store: Awaited<ReturnType<typeof dashboard>>['store']): Promise<Record<string, string>> {
  const rows = await store.signatures({});
  return Object.fromEntries(rows.map(({ id, mark }) => [id, mark?.state ?? 'open']));
}

test('what is marked as expected hides no other difference: exchanges that show one stay open, and the question says so', async () => {
  const { origin, store } = await dashboard({ alone: [[STATE], 5], both: [[STATE, TOTAL], 3] });
  const { page, troubles } = await open(browser, origin, '/causes');
  await page
    .getByRole('row', { name: /\$\.state has another value/ })
    .getByRole('checkbox')
    .check();
  await page.getByRole('button', { name: 'Mark as expected …' }).click();
  const dialog = page.getByRole('dialog', { name: '1 cause: mark as expected' });
  await dialog.getByText('$.state has another value').waitFor();
  await dialog.getByText('Exchanges that also differ elsewhere stay open').waitFor();
  await dialog.getByText('$.total has another value (3)').waitFor();
  expect(await dialogOverhang(page)).toBe(0);
  expect(await violations(page)).toEqual([]);
  await dialog.getByLabel('Reason').fill('the new states');
  await dialog.getByRole('button', { name: 'Mark' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(await statesOf(store)).toEqual({ alone: 'expected', both: 'open' });
  await page.getByRole('row', { name: /\$\.total has another value.* 3 / }).waitFor();
  await page.goto(origin);
  await page.locator('.answer', { hasText: 'Is the shadow right?' }).getByText('2 open causes, 1 expected').waitFor();
  expect(troubles).toEqual([]);
});

test('causes that are marked as expected together cover the exchanges that show several of them', async () => {
  const { origin, store } = await dashboard({ alone: [[STATE], 5], both: [[STATE, TOTAL], 3] });
  const { page } = await open(browser, origin, '/causes');
  await page.getByLabel('All on this page').check();
  await page.getByRole('button', { name: 'Mark as expected …' }).click();
  const dialog = page.getByRole('dialog', { name: '2 causes: mark as expected' });
  expect(await dialog.getByText('stay open').count()).toBe(0);
  await dialog.getByLabel('Reason').fill('the new states');
  await dialog.getByRole('button', { name: 'Mark' }).click();
  await page.getByText('Nothing is open.').waitFor();
  expect(await statesOf(store)).toEqual({ alone: 'expected', both: 'expected' });
});

test('of several services the question names the service of each cause, and what stays open in one of them', async () => {
  const primary = { url: 'http://a' };
  const services = ['orders', 'users'].map((service) => ({ service, primary, experiments: [] }));
  const recorded = await startRecorded({ services: () => services });
  const of = (service: string, id: string, places: readonly Place[]) =>
    recorded.write({
      rehearsal: rehearsal({ service }),
      routes: { read: { requests: 5, endings: { mismatch: 5 }, legs: { primary: [1], shadow: [2] }, deltas: [1] } },
      signatures: [signature({ id, route: 'read', places, count: 5, firstSeen: now, lastSeen: now })],
      configured: { rules: [] },
    });
  await of('orders', 'alone', [STATE]);
  await of('orders', 'total', [TOTAL]);
  await of('users', 'state', [STATE]);
  await of('users', 'both', [STATE, TOTAL]);
  const { page } = await open(browser, recorded.origin, '/causes');
  const row = (name: RegExp) => page.getByRole('row', { name }).getByRole('checkbox');
  await row(/\$\.state has another value.* users/).check();
  await row(/\$\.state has another value.* orders/).check();
  await row(/\$\.total has another value.* orders/).check();
  await page.getByRole('button', { name: 'Mark as expected …' }).click();
  const dialog = page.getByRole('dialog', { name: '3 causes: mark as expected' });
  const named = await dialog.getByRole('list').first().getByRole('listitem').allInnerTexts();
  expect(named.toSorted()).toEqual([
    '$.state has another value of orders',
    '$.state has another value of users',
    '$.total has another value of orders',
  ]);
  // $.total is named for orders alone.
  await dialog.getByText('$.total has another value (5)').waitFor();
});

test('a cause that never comes alone is not marked as expected, and the question says what to do', async () => {
  const [CITY, ZIP] = [value('$.city'), value('$.zip')];
  const { origin, store } = await dashboard({
    total: [[STATE, TOTAL], 5],
    city: [[STATE, CITY], 3],
    zip: [[ZIP], 1],
  });
  const { page } = await open(browser, origin, '/causes');
  await page
    .getByRole('row', { name: /\$\.state has another value/ })
    .getByRole('checkbox')
    .check();
  await page.getByRole('button', { name: 'Mark as expected …' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('the new states');
  await dialog.getByRole('button', { name: 'Mark' }).click();
  await dialog.getByText('Every exchange that shows this differs elsewhere, too.').waitFor();
  await dialog.getByText('accept its places alone by a rule').waitFor();
  expect(await statesOf(store)).toEqual({ total: 'open', city: 'open', zip: 'open' });
});
