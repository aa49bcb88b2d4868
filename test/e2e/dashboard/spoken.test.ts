import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { open, startBrowser } from '../../support/browser.ts';
import { type ShownUnderstudy, startShown } from '../../support/shown-understudy.ts';

let browser: Browser;
let shown: ShownUnderstudy;

beforeAll(async () => {
  [browser, shown] = await Promise.all([startBrowser(), startShown()]);
});

afterAll(() => Promise.all([browser?.close(), shown?.close()]));

test('a reader of the screen hears once that nothing answers, not each second of it, and once that it answers again', async () => {
  const { page } = await open(browser, shown.origin, '/health');
  await page.getByText('event-loop lag').waitFor();
  await page.evaluate(`
    globalThis.heard = [];
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const region = (target.nodeType === 1 ? target : target.parentElement)?.closest('[aria-live], [role=status], [role=alert]');
        if (region) heard.push(region.textContent);
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  `);
  await shown.crash();
  await page.getByText(/^no answer for [1-9]\d* s/).waitFor();
  const first = await page.getByText(/^no answer for/).innerText();
  await expect.poll(() => page.getByText(/^no answer for/).innerText()).not.toBe(first);
  expect(await page.evaluate('heard')).toEqual(['Understudy does not answer.']);
  await shown.restart();
  await page.getByText(/^no answer/).waitFor({ state: 'hidden' });
  expect(await page.evaluate('heard')).toEqual(['Understudy does not answer.', 'Understudy answers again.']);
});
