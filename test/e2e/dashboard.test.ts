import { chromium, type Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { afterThisTest } from '../support/cleanup.ts';
import { settled } from '../support/metrics.ts';
import { startOrigin } from '../support/origin.ts';
import { connectRaw } from '../support/raw-client.ts';
import { startUnderstudy } from '../support/understudy.ts';

const RUN = `document.title='owned'`;
const HOSTILE = `</script><img src=x onerror="${RUN}">`;
/** As a request target allows it. */
const HOSTILE_TARGET = `/people/1?q="><img/src=x/onerror=${RUN}>&${'long'.repeat(400)}`;

/** A proxy that has recorded what strangers would like to run in the page. */
async function attacked(): Promise<string> {
  const primary = await startOrigin((_request, reply) => reply.json({ name: 'Ada' }));
  const shadow = await startOrigin((_request, reply) =>
    reply.json({ name: HOSTILE, [HOSTILE]: '\u202e\u0000' }, { headers: { 'X-Evil': HOSTILE } }),
  );
  const understudy = await startUnderstudy({
    primary: primary.url,
    shadow: shadow.url,
    routes: [{ name: 'people', match: { path: '/people/:id' } }],
    store: { path: './understudy.db', flushInterval: '100ms' },
  });
  const client = await connectRaw(understudy.port);
  await client.send(
    `GET ${HOSTILE_TARGET} HTTP/1.1\r\nHost: x\r\nUser-Agent: ${HOSTILE}\r\nX-Request-Id: ${HOSTILE}\r\n\r\n`,
  );
  await client.send('GET /people/2 HTTP/1.1\r\nHost: x\r\n\r\n');
  await settled(understudy.adminPort, 2);
  return `http://127.0.0.1:${understudy.adminPort}`;
}

async function browse(width = 1280): Promise<{ page: Page; errors: string[] }> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
  });
  afterThisTest(() => browser.close());
  const page = await browser.newPage({ viewport: { width, height: 800 } });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => errors.push(message.text()));
  return { page, errors };
}

/** The record is written in flushes: the page is complete when the last one is. */
async function openComplete(page: Page, url: string): Promise<void> {
  await expect
    .poll(
      async () => {
        await page.goto(url);
        return page.locator('main').textContent();
      },
      { timeout: 15_000 },
    )
    .toMatch(/\$\.name has another value[\s\S]*people/);
}

test('the dashboard leads from the totals to a signature and its two bodies, and runs nothing that was recorded', async () => {
  const url = await attacked();
  const { page, errors } = await browse();
  await openComplete(page, url);
  await page.locator('a[href*="/signatures/"]').first().click();
  await page.locator('nav a').last().click();
  const shown = await page.locator('main').textContent();
  for (const text of ['Ada', JSON.stringify(HOSTILE).slice(1, -1), `X-Evil: ${HOSTILE}`, `User-Agent: ${HOSTILE}`]) {
    expect(shown).toContain(text);
  }
  expect(shown).toContain(HOSTILE_TARGET);
  expect(shown).toContain('\\u202e');
  expect(await page.title()).toBe('people · Understudy');
  expect(await page.locator('img, script, iframe').count()).toBe(0);
  expect(errors).toEqual([]);
});

test('the dashboard fits a narrow screen, and can be used with the keyboard alone', async () => {
  const url = await attacked();
  const { page } = await browse(360);
  await openComplete(page, url);
  const overhang = () => page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  expect(await overhang()).toBe(0);
  const focused = () => page.evaluate('document.activeElement.getAttribute("href") ?? ""') as Promise<string>;
  for (let presses = 0; presses < 10 && !(await focused()).startsWith('/signatures/'); presses++) {
    await page.keyboard.press('Tab');
  }
  expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/signatures/*');
  expect(await overhang()).toBe(0);
});
