import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAdminServer } from '../../../src/admin/server.ts';
import { open, overhang, startBrowser, violations } from '../../support/browser.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { dependencies, NOW } from '../../unit/admin/results.ts';

const TOKEN = 'sesame-opens-this';

let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});

afterAll(() => browser.close());

test('a reader without the token sees no result, logs in once, and can log out', async () => {
  const server = createAdminServer(dependencies({ token: TOKEN }));
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  afterThisTest(() => server.close());
  const { page } = await open(browser, `http://127.0.0.1:${port}`, '/routes', {
    viewport: { width: 360, height: 700 },
  });
  await page.getByRole('heading', { name: 'Log in' }).waitFor();
  expect(await page.locator('main').textContent()).not.toContain('orders');
  expect(await violations(page)).toEqual([]);
  expect(await overhang(page)).toBe(0);
  await page.getByLabel('Token').fill('wrong');
  await page.keyboard.press('Enter');
  await page.getByText('This is not the token.').waitFor();
  await page.getByLabel('Token').fill(TOKEN);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Routes' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Routes' }).waitFor();
  expect(await page.evaluate('document.cookie')).toBe('');
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByRole('heading', { name: 'Log in' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Log in' }).waitFor();
});

test('a session that ends while the page is open asks for the token, and leads back to where the reader was', async () => {
  let now = NOW;
  const server = createAdminServer(dependencies({ token: TOKEN, now: () => now }));
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  afterThisTest(() => server.close());
  const { page } = await open(browser, `http://127.0.0.1:${port}`, '/causes?text=items');
  const logIn = async () => {
    await page.getByLabel('Token').fill(TOKEN);
    await page.keyboard.press('Enter');
  };
  await logIn();
  await page.getByRole('heading', { name: 'Causes' }).waitFor();
  now += 13 * 3_600_000;
  await page.getByLabel('Kind').selectOption('value');
  await page.getByRole('heading', { name: 'Log in' }).waitFor();
  expect(await page.getByText('$.items').count()).toBe(0);
  await logIn();
  await page.getByRole('heading', { name: 'Causes' }).waitFor();
  expect(new URL(page.url()).search).toBe('?text=items&kind=value');
  await page.getByText('$.items').filter({ visible: true }).first().waitFor();
});
