import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import { afterThisTest } from '../support/cleanup.ts';
import { settled } from '../support/metrics.ts';
import { startOrigin } from '../support/origin.ts';
import { startUnderstudy } from '../support/understudy.ts';

const HOSTILE = '</script><img src=x onerror="document.title=\'owned\'">';

test('the dashboard leads from the totals to a signature and its two bodies, and runs nothing that was recorded', async () => {
  const primary = await startOrigin((_request, reply) => reply.json({ name: 'Ada' }));
  const shadow = await startOrigin((_request, reply) => reply.json({ name: HOSTILE }));
  const understudy = await startUnderstudy({
    primary: primary.url,
    shadow: shadow.url,
    routes: [{ name: 'people', match: { path: '/people/:id' } }],
    store: { path: './understudy.db', flushInterval: '100ms' },
  });
  for (const id of [1, 2, 3]) await fetch(`http://127.0.0.1:${understudy.port}/people/${id}`);
  await settled(understudy.adminPort, 3);
  const url = `http://127.0.0.1:${understudy.adminPort}`;

  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
  });
  afterThisTest(() => browser.close());
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));

  // The record is written in flushes: the page is complete when the last one is.
  await expect
    .poll(
      async () => {
        await page.goto(url);
        return page.locator('main, body').first().textContent();
      },
      { timeout: 15_000 },
    )
    .toMatch(/people[\s\S]*\$\.name/);
  await page.locator('a[href*="/signatures/"]').first().click();
  const text = await page.locator('body').textContent();
  expect(text).toContain('Ada');
  expect(text).toContain(JSON.stringify(HOSTILE).slice(1, -1));
  expect(await page.title()).not.toBe('owned');
  expect(await page.locator('img').count()).toBe(0);
  expect(errors).toEqual([]);
});
