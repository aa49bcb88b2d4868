import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AdminDependencies } from '../../../src/admin/dependencies.ts';
import { createAdminServer } from '../../../src/admin/server.ts';
import { open, overhang, startBrowser, violations } from '../../support/browser.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { dependencies, NOW, rollout } from '../../unit/admin/results.ts';

const TOKEN = 'sesame-opens-this';

let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});

afterAll(() => browser.close());

/** A guarded server of the dashboard. Resolves to its origin. */
async function serve(changes: Partial<AdminDependencies> = {}): Promise<string> {
  const server = createAdminServer(dependencies({ token: TOKEN, ...changes }));
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  afterThisTest(() => server.close());
  return `http://127.0.0.1:${port}`;
}

async function logIn(page: Page, token = TOKEN): Promise<void> {
  await page.getByLabel('Token').fill(token);
  await page.keyboard.press('Enter');
}

function asksForToken(page: Page): Promise<void> {
  return page.getByRole('heading', { name: 'Log in' }).waitFor();
}

test('a reader without the token sees no result, logs in once, and can log out', async () => {
  const { page } = await open(browser, await serve(), '/routes', { viewport: { width: 360, height: 700 } });
  await asksForToken(page);
  expect(await page.locator('main').textContent()).not.toContain('orders');
  expect(await violations(page)).toEqual([]);
  expect(await overhang(page)).toBe(0);
  await logIn(page, 'wrong');
  await page.getByText('This is not the token.').waitFor();
  expect(await page.getByRole('alert').innerText()).not.toMatch(/could not be read|log of the process/);
  await logIn(page);
  await page.getByRole('heading', { name: 'Routes' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Routes' }).waitFor();
  expect(await page.evaluate('document.cookie')).toBe('');
  await page.getByRole('button', { name: 'Log out' }).click();
  await asksForToken(page);
  await page.reload();
  await asksForToken(page);
});

test('a session that ends while the page is open asks for the token, and leads back to where the reader was', async () => {
  let now = NOW;
  const { page } = await open(browser, await serve({ now: () => now }), '/causes?text=items');
  await logIn(page);
  await page.getByRole('heading', { name: 'Causes' }).waitFor();
  // It ends with this question, and not with one that the page asks by itself before it is put.
  await page.route(/causes\?.*kind=value/, (route) => {
    now += 13 * 3_600_000;
    return route.continue();
  });
  await page.getByLabel('Kind').selectOption('value');
  await asksForToken(page);
  expect(await page.getByText('$.items').count()).toBe(0);
  await page.unrouteAll();
  await logIn(page);
  await page.getByRole('heading', { name: 'Causes' }).waitFor();
  expect(new URL(page.url()).search).toBe('?text=items&kind=value');
  await page.getByText('$.items').filter({ visible: true }).first().waitFor();
});

test('after a logout nothing of the session is left on the page: neither the mirror nor a rollback, and no stream', async () => {
  const rolledBack = {
    ...rollout,
    phase: 'rolled_back',
    last: { ...rollout.last!, reason: 'prices are wrong' },
  } as const;
  const rollouts = { ...dependencies().rollouts, status: [rolledBack] };
  const { page } = await open(browser, await serve({ rollouts }), '/routes');
  await logIn(page);
  await page.getByText('prices are wrong').waitFor();
  await page.getByRole('button', { name: 'mirror on' }).waitFor();
  await page.getByText('live', { exact: true }).waitFor();
  const streamEnds = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/stream'));
  await page.getByRole('button', { name: 'Log out' }).click();
  await asksForToken(page);
  await streamEnds;
  expect(await page.getByText('prices are wrong').count()).toBe(0);
  expect(await page.getByRole('button', { name: /^mirror/ }).count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Log out' }).count()).toBe(0);
});

test('of two windows beside each other, both leave when one logs out, and both come back when one logs in', async () => {
  const origin = await serve();
  const { page: one } = await open(browser, origin, '/routes');
  await logIn(one);
  await one.getByRole('heading', { name: 'Routes' }).waitFor();
  const other = await one.context().newPage();
  await other.goto(`${origin}/causes`);
  await other.getByText('live', { exact: true }).waitFor();
  await one.getByRole('button', { name: 'Log out' }).click();
  await Promise.all([asksForToken(one), asksForToken(other)]);
  await logIn(one);
  await one.getByRole('heading', { name: 'Routes' }).waitFor();
  await other.getByRole('heading', { name: 'Causes' }).waitFor();
  await other.getByText('live', { exact: true }).waitFor();
  await other.getByRole('button', { name: 'mirror on' }).waitFor();
});

test('an action that is refused because the session has ended leads to the login', async () => {
  let now = NOW;
  const { page } = await open(browser, await serve({ now: () => now }), '/health');
  await logIn(page);
  await page.getByRole('button', { name: 'mirror on' }).click();
  // Only the action is refused: what is read meanwhile would be, too.
  await page.route('**/api/v1/**', (route) => (route.request().method() === 'PUT' ? route.continue() : undefined));
  now += 13 * 3_600_000;
  await page.getByRole('button', { name: 'Switch off' }).click();
  await asksForToken(page);
  await page.unrouteAll();
});

test('after too many wrong tokens the reader is told to wait, not that something could not be read', async () => {
  const origin = await serve();
  for (let guess = 0; guess < 10; guess++) {
    const headers = { 'content-type': 'application/json' };
    await fetch(`${origin}/api/v1/session`, { method: 'POST', headers, body: `{"token":"guess-${guess}"}` });
  }
  const { page } = await open(browser, origin, '/');
  await logIn(page);
  await page.getByText('Too many guesses').waitFor();
  await page.getByText('Too many wrong tokens came from this address. Wait, then try again.').waitFor();
  expect(await page.getByRole('alert').innerText()).not.toMatch(/could not be read|log of the process/);
  await asksForToken(page);
});
