/** What a reader reads, has chosen or types stays as it is while results change. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UnderstudyError } from '../../../src/model/errors.ts';
import { asking } from '../../../src/results/questions.ts';
import { open, startBrowser } from '../../support/browser.ts';
import { example, type FlushParts, rehearsal, signature } from '../../support/flushes.ts';
import { type RecordedDashboard, startRecorded } from '../../support/recorded-dashboard.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

type Recorded = Omit<FlushParts, 'sequence' | 'at'>;

const now = Date.now();
const of = { firstSeen: now, lastSeen: now };
const TOTAL = signature({ ...of, examples: [example('total-1', 0.9), example('total-2', 0.8)] });
const NAME = signature({ ...of, id: 's2', places: [{ path: '$.name', kind: 'value' }], examples: [example('n', 0.5)] });
const TAX = signature({ ...of, id: 's3', places: [{ path: '$.tax', kind: 'value' }], examples: [example('t', 0.5)] });
const THREE: Recorded = {
  routes: { orders: { requests: 3, endings: { mismatch: 3 }, legs: { primary: [1], shadow: [2] }, deltas: [1] } },
  signatures: [TOTAL, NAME, TAX],
  configured: { rules: [] },
};

async function dashboard(...recorded: readonly Recorded[]): Promise<RecordedDashboard> {
  const started = await startRecorded();
  for (const each of recorded) await started.write(each);
  return started;
}

/** Lets the clock of the page run ahead, and waits until it has asked for results of the later time. */
async function later(page: Page, { write }: RecordedDashboard): Promise<void> {
  const before = Date.now() + 60_000 - 3_600_000;
  await page.evaluate('{ const now = Date.now; Date.now = () => now() + 120_000; }');
  const isLater = (url: string) => Number(new URL(url).searchParams.get('from')) > before;
  const asked = page.waitForResponse((response) => isLater(response.url()));
  await write(THREE);
  await asked;
}

test.each([
  { path: '/', shows: 'Worst causes' },
  { path: '/routes/orders', shows: 'Evidence of harm' },
  { path: '/causes/s1', shows: 'total-1' },
  { path: '/latency?route=orders', shows: 'Latency of orders' },
])('while a range up to now moves on, $path is not read from the beginning', async ({ path, shows }) => {
  const recorded = await dashboard(THREE);
  const { page } = await open(browser, recorded.origin, `${path}${path.includes('?') ? '&' : '?'}range=1h`);
  await page.getByText(shows).first().waitFor();
  const panel = page.locator('main .panel').first();
  await panel.evaluate((element) => element.setAttribute('data-read', ''));
  await later(page, recorded);
  expect(await page.locator('[data-read]').count()).toBe(1);
});

test('a mark that is being typed outlives the minute, and so does the example that is read', async () => {
  const recorded = await dashboard(THREE);
  const { page } = await open(browser, recorded.origin, '/causes/s1?range=1h');
  await page.getByRole('button', { name: 'Mark as expected …' }).click();
  await page.getByLabel('Reason').fill('the new tax rate');
  await later(page, recorded);
  expect(await page.getByLabel('Reason').inputValue()).toBe('the new tax rate');
});

const before = rehearsal({ version: '2.3.0', begunAt: now - 2 });
const present = rehearsal({ version: '2.4.0', begunAt: now - 1 });

/** One cause, with another example in each of two rehearsals. */
function twoRehearsals(): Promise<RecordedDashboard> {
  const shown = (id: string) => signature({ ...of, examples: [example(id, 0.5)] });
  const routes = { orders: { requests: 1, endings: { mismatch: 1 } } } as const;
  return dashboard(
    { rehearsal: before, routes, signatures: [shown('of-before')] },
    { rehearsal: present, routes, signatures: [shown('of-present')] },
  );
}

test('a cause shows the examples of the rehearsal that is chosen, also after going back', async () => {
  const { origin } = await twoRehearsals();
  const { page, troubles } = await open(browser, origin, '/causes/s1');
  await page.getByRole('link', { name: 'of-present' }).waitFor();
  await page.getByRole('combobox', { name: 'Rehearsal' }).selectOption(before.id);
  await page.getByRole('link', { name: 'of-before' }).waitFor();
  await page.goBack();
  await page.waitForURL(`${origin}/causes/s1`);
  await page.getByRole('link', { name: 'of-present' }).waitFor();
  expect(await page.getByRole('link', { name: 'of-before' }).count()).toBe(0);
  expect(troubles).toEqual([]);
});

test('a chosen example is left with its rehearsal', async () => {
  const { origin } = await twoRehearsals();
  const { page } = await open(browser, origin, '/causes/s1?example=of-present');
  await page.getByRole('link', { name: 'of-present' }).waitFor();
  await page.getByRole('combobox', { name: 'Rehearsal' }).selectOption(before.id);
  await page.getByRole('link', { name: 'of-before' }).waitFor();
  expect(new URL(page.url()).searchParams.get('example')).toBe(null);
});

test('a link to an example shows this exchange, whatever was recorded since', async () => {
  const { origin, write } = await dashboard(THREE);
  const { page: reader } = await open(browser, origin, '/causes/s1');
  await reader.getByRole('link', { name: 'Example 2' }).click();
  await reader.waitForURL('**example=*');
  const read = await reader.getByRole('link', { name: /^total-\d$/ }).innerText();
  const { pathname, search } = new URL(reader.url());
  await write({ ...THREE, signatures: [signature({ ...of, examples: [example('newer', 0.95)] })] });
  const { page: colleague } = await open(browser, origin, pathname + search);
  await colleague.getByRole('link', { name: read }).waitFor();
  await colleague.getByRole('link', { name: 'Example 3' }).waitFor();
});

test('an example that is not among the newest is shown while it is kept, and then the page says so', async () => {
  const many = Array.from({ length: 10 }, (_, at) => example(`total-${at}`, 0.5));
  const elsewhere = signature({ ...of, id: 's4', route: 'invoices', examples: [example('elsewhere', 0.9)] });
  const { origin } = await dashboard({
    ...THREE,
    signatures: [signature({ ...of, count: 9, examples: many }), elsewhere],
  });
  const { page } = await open(browser, origin, '/causes/s1?example=elsewhere');
  await page.getByRole('link', { name: 'elsewhere', exact: true }).waitFor();
  await page.getByText('It is not among the newest').waitFor();
  await page.goto(`${origin}/causes/s1?example=removed`);
  await page.getByText('This example is not kept any more.').waitFor();
  await page.getByRole('link', { name: 'Show the newest example' }).click();
  await page.getByRole('link', { name: /^total-\d$/ }).waitFor();
});

test('a question about chosen causes stays as it was asked, also when they leave the table', async () => {
  const { origin, store, write } = await dashboard(THREE);
  const { page, troubles } = await open(browser, origin, '/causes');
  await page.getByLabel('All on this page').check();
  await page.getByRole('button', { name: 'Mark as expected …' }).click();
  const dialog = page.getByRole('dialog', { name: '3 causes: mark as expected' });
  await dialog.getByLabel('Reason').fill('the new tax rate');
  for (const [ids, left] of [
    [['s2'], 2],
    [['s1', 's3'], 0],
  ] as const) {
    await store.mark({ ids, mark: { state: 'fixed', markedAt: Date.now() } });
    await write({ routes: {} });
    await expect.poll(() => page.locator('tbody tr').count()).toBe(left);
    expect(await dialog.getByLabel('Reason').inputValue()).toBe('the new tax rate');
  }
  await dialog.getByRole('button', { name: 'Mark' }).click();
  await page.getByRole('link', { name: /^expected 3/ }).waitFor();
  expect(troubles).toEqual([]);
});

test('the age is that of the oldest that is shown: what can not be read again gets older, though the server answers', async () => {
  let usable = true;
  const { origin, store, write } = await startRecorded({
    ask: (question, query) => {
      if (!usable) throw new UnderstudyError('store_unusable', 'database disk image is malformed');
      return asking(store)(question, query);
    },
  });
  await write(THREE);
  const { page } = await open(browser, origin, '/');
  await page.getByText('Worst causes').waitFor();
  await expect.poll(() => page.locator('.age').innerText()).toMatch(/\d s old/);
  usable = false;
  await page.evaluate('{ const now = Date.now; Date.now = () => now() + 120_000; }');
  await write(THREE);
  await page.getByText('database disk image is malformed').first().waitFor();
  await expect.poll(() => page.locator('.age').innerText()).toMatch(/2 min old/);
});
