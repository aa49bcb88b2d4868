/** Where there is nothing to show, the page says why, and leads to where there is something. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { open, startBrowser, violations } from '../../support/browser.ts';
import { type FlushParts, rehearsal, signature } from '../../support/flushes.ts';
import { startRecorded } from '../../support/recorded-dashboard.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const now = Date.now();
const DIFFERING: FlushParts['routes'] = { orders: { requests: 1, endings: { mismatch: 1 } } };
const found = signature({ firstSeen: now, lastSeen: now });

async function opened(path: string, ...recorded: readonly Omit<FlushParts, 'sequence' | 'at'>[]) {
  const { origin, write } = await startRecorded();
  for (const each of recorded) await write(each);
  return { ...(await open(browser, origin, path)), origin };
}

/** Waits until the page says so, and follows the link that it gives. */
async function follows(page: Page, says: string, link: string | RegExp): Promise<void> {
  const empty = page.locator('.state', { hasText: says });
  await empty.waitFor();
  await empty.getByRole('link', { name: link }).click();
}

test.each([
  { query: 'state=expected', says: 'Nothing is expected.' },
  { query: 'state=fixed&text=total', says: 'Nothing that is fixed fits these filters.' },
])('with $query, causes of other states are told of and shown', async ({ query, says }) => {
  const { page } = await opened(`/causes?${query}`, { routes: DIFFERING, signatures: [found] });
  await follows(page, says, 'Show 1 cause in other states');
  await page.getByRole('link', { name: '$.total has another value' }).waitFor();
});

test.each(['causes?text=nothing+like+it', 'routes?state=failing', 'latency?text=nobody'])(
  'filters that nothing fits are removed without the service and the time that were chosen: %s',
  async (path) => {
    const recorded = { routes: DIFFERING, signatures: [found], configured: { rules: [] } };
    const { page, origin } = await opened(`/${path}&service=default&range=1h&offset=50`, recorded);
    await follows(page, 'these filters.', 'Remove the filters');
    await page.waitForURL(`${origin}/${path.split('?')[0]}?service=default&range=1h`);
    await page.locator('tbody tr').first().waitFor();
  },
);

test.each(['', 'routes', 'latency', 'causes'])(
  'a time without results leads to the whole rehearsal: /%s',
  async (path) => {
    const { page } = await opened(`/${path}?from=60000&to=120000`, { routes: DIFFERING, signatures: [found] });
    await follows(page, 'Nothing was recorded in this time.', 'Show the whole rehearsal');
    await page.locator('tbody tr').first().waitFor();
  },
);

test('a route without results in a time leads to the whole rehearsal', async () => {
  const { page } = await opened('/routes/orders?from=60000&to=120000', { routes: DIFFERING, signatures: [found] });
  await follows(page, 'Nothing was recorded of this route in this time.', 'Show the whole rehearsal');
  await page.getByText('Evidence of harm').waitFor();
});

test.each(['', 'routes', 'causes'])('a rehearsal that has just begun leads to the one before: /%s', async (path) => {
  const before = rehearsal({ version: '2.3.0', begunAt: now - 2 });
  const present = rehearsal({ version: '2.4.0', begunAt: now - 1 });
  const { page } = await opened(
    `/${path}`,
    { rehearsal: before, routes: DIFFERING, signatures: [found] },
    { rehearsal: present, configured: { rules: [] } },
  );
  await page.locator('.command').waitFor();
  expect(await page.getByText('demo').count()).toBe(0);
  expect(await violations(page)).toEqual([]);
  await follows(page, 'No traffic in this rehearsal yet.', /^2\.3\.0, begun/);
  await page.locator('tbody tr').first().waitFor();
});

test('a rehearsal without results leads to the present one', async () => {
  const before = rehearsal({ version: '2.3.0', begunAt: now - 2 });
  const present = rehearsal({ version: '2.4.0', begunAt: now - 1 });
  const { page } = await opened(
    '/routes?rehearsal=2.3.0',
    { rehearsal: before, configured: { rules: [] } },
    { rehearsal: present, routes: DIFFERING },
  );
  await follows(page, 'Nothing was recorded in this rehearsal.', 'Show the present rehearsal');
  await page.locator('tbody tr').first().waitFor();
});

test('where nothing was compared, no difference is denied', async () => {
  const { page } = await opened('/causes', { routes: { orders: { requests: 2, endings: { 'skipped:method': 2 } } } });
  await page.getByText('2 requests came, and no copy was compared.').waitFor();
  await follows(page, 'Nothing was compared.', 'Health');
  await page.getByText('Skipped requests, by reason').waitFor();
});

test('where all is equal, it says how much was compared', async () => {
  const { page } = await opened('/causes', { routes: { orders: { requests: 2, endings: { match: 2 } } } });
  await page.getByText('No differences were found.').waitFor();
  await page.getByText('2 compared.').waitFor();
});

test('without any results, the demo is named as it is called in a package', async () => {
  const { page } = await opened('/');
  await page.getByText('No traffic yet.').waitFor();
  await page.getByText('understudy demo').waitFor();
});

test('what is not told of the time that is chosen says of which it is', async () => {
  const { page } = await opened('/?range=1h', { routes: DIFFERING, signatures: [found], configured: { rules: [] } });
  for (const says of [
    'Is it as fast? (whole rehearsal)',
    'Is the mirror healthy? (now)',
    'of the copies of this rehearsal lost',
    'The verdict is of the whole rehearsal, whatever time is chosen.',
  ]) {
    await page.getByText(says).waitFor();
  }
  await page.getByRole('link', { name: 'Routes' }).click();
  await page.getByText('Evidence and verdict are of the whole rehearsal, whatever time is chosen.').waitFor();
});
