import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { open, startBrowser, violations } from '../../support/browser.ts';
import { type ShownUnderstudy, startShown } from '../../support/shown-understudy.ts';

let browser: Browser;
let shown: ShownUnderstudy;

beforeAll(async () => {
  [browser, shown] = await Promise.all([startBrowser(), startShown()]);
});

afterAll(() => Promise.all([browser.close(), shown.close()]));

test('a page that is open outlives a crash of the proxy: it says that nothing answers, keeps what it shows, and goes on', async () => {
  await shown.ask(20);
  const { page } = await open(browser, shown.origin, '/');
  await page.getByText('10 of 20 compared').waitFor();
  await shown.crash();
  await page.getByText(/^no answer/).waitFor();
  expect(await page.getByText('10 of 20 compared').isVisible()).toBe(true);
  expect(await violations(page)).toEqual([]);
  await shown.restart();
  await page.getByText(/^no answer/).waitFor({ state: 'hidden' });
  await page.getByText(/^Results from .* may be missing/).waitFor();
  await shown.ask(10);
  await page.getByText('15 of 30 compared').waitFor();
});
