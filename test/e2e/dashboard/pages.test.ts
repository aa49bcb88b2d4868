import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dialogOverhang, open, overhang, startBrowser, violations } from '../../support/browser.ts';
import { type ShownUnderstudy, startShown } from '../../support/shown-understudy.ts';

let browser: Browser;
let shown: ShownUnderstudy;

beforeAll(async () => {
  [browser, shown] = await Promise.all([startBrowser(), startShown()]);
});

afterAll(() => Promise.all([browser.close(), shown.close()]));

/** Waits until the page shows this text. */
async function shows(page: Page, text: string | RegExp): Promise<void> {
  await page.getByText(text).first().waitFor();
}

test('an overview without traffic says how to send some, and shows what comes of it without a reload', async () => {
  const { page, troubles } = await open(browser, shown.origin, '/');
  await shows(page, 'No traffic yet.');
  expect(await page.locator('.command').textContent()).toMatch(/curl -i http:\/\//);
  expect(await violations(page)).toEqual([]);
  await shown.ask(40);
  await shows(page, '20 of 40 compared');
  expect(troubles).toEqual([]);
});

describe('of what was recorded', () => {
  test('the overview answers what is wrong, how fast it is, what is worst, and how the mirror is', async () => {
    const { page, troubles } = await open(browser, shown.origin, '/');
    await shows(page, '50.0% differ');
    for (const question of ['Is the shadow right?', 'Is it as fast?', 'What is the worst difference?']) {
      await shows(page, question);
    }
    await page.locator('.answer', { hasText: 'Is the mirror healthy?' }).getByText('Yes').waitFor();
    await shows(page, 'inconclusive');
    await page.getByRole('img', { name: /^Requests a second, by outcome, at last: .*mismatch/ }).waitFor();
    await page.getByRole('img', { name: /^Latency to the last byte, at last: primary p50/ }).waitFor();
    expect(troubles).toEqual([]);
  });

  test.each([
    { width: 1440, colorScheme: 'light' },
    { width: 1440, colorScheme: 'dark' },
    { width: 360, colorScheme: 'light' },
    { width: 360, colorScheme: 'dark' },
  ] as const)(
    'overview and health fit $width px, and axe finds nothing in $colorScheme',
    async ({ width, colorScheme }) => {
      const { page, troubles } = await open(browser, shown.origin, '/', {
        viewport: { width, height: 800 },
        colorScheme,
      });
      await page.locator('.chart').first().waitFor();
      await page.locator('[data-row]').first().waitFor();
      expect(await overhang(page)).toBe(0);
      expect(await violations(page)).toEqual([]);
      await page.getByRole('link', { name: 'Health' }).first().click();
      await shows(page, 'event-loop lag');
      expect(await overhang(page)).toBe(0);
      expect(await violations(page)).toEqual([]);
      expect(troubles).toEqual([]);
    },
  );

  test('health shows threads, tapes, targets, store, versions, and the configuration without its secrets', async () => {
    const { page, troubles } = await open(browser, shown.origin, '/health');
    for (const text of ['edge-0', 'compare-0', 'shadow', 'closed', 'recorded', 'ready']) await shows(page, text);
    await page.getByText('In force, with defaults').click();
    await page.locator('pre', { hasText: '"mirror"' }).waitFor();
    expect(troubles).toEqual([]);
  });

  test('the keys lead from the overview to the worst cause, and to every page', async () => {
    const { page } = await open(browser, shown.origin, '/');
    await page.locator('[data-row]').first().waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    for (const [key, path] of [
      ['r', '/routes'],
      ['c', '/causes'],
      ['l', '/latency'],
      ['h', '/health'],
      ['o', '/'],
    ]) {
      await page.keyboard.press('g');
      await page.keyboard.press(key!);
      await page.waitForURL(shown.origin + path);
    }
    await page.locator('[data-row]').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/causes/*');
  });

  test('the keys go from row to row also where rows lead nowhere, as on health', async () => {
    const { page } = await open(browser, shown.origin, '/health');
    const rows = page.locator('[data-row]');
    await rows.nth(2).waitFor();
    const focused = () => page.evaluate('document.activeElement.closest("[data-row]")?.textContent');
    await page.keyboard.press('j');
    expect(await focused()).toBe(await rows.nth(0).textContent());
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    expect(await focused()).toBe(await rows.nth(2).textContent());
    await page.keyboard.press('k');
    expect(await focused()).toBe(await rows.nth(1).textContent());
    expect(await violations(page)).toEqual([]);
  });

  test('times are in the zone of the reader, and in UTC on hover: of charts and of chosen ranges, too', async () => {
    const own = { from: Date.UTC(2026, 10, 3, 12), to: Date.now() + 3_600_000 };
    const { page } = await open(browser, shown.origin, `/?from=${own.from}&to=${own.to}`, {
      timezoneId: 'Asia/Kolkata',
      locale: 'en-GB',
    });
    const legend = page.locator('.chart .u-legend .u-value').first();
    await legend.waitFor();
    expect(await page.getByLabel('Time').getAttribute('title')).toMatch(/^2026-11-03 12:00:00 UTC – /);
    expect(await page.getByLabel('Time').locator('option:checked').innerText()).toMatch(/3 Nov, 17:30/);
    const title = await legend.getAttribute('title');
    expect(title).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:00 UTC$/);
    const [, hour, minute] = /(\d\d):(\d\d):00 UTC/.exec(title!)!;
    const local = (Number(hour) * 60 + Number(minute) + 330) % 1440;
    const two = (value: number) => String(value).padStart(2, '0');
    expect(await legend.innerText()).toContain(`${two(Math.floor(local / 60))}:${two(local % 60)}`);
    expect(await page.locator('.chart .u-over').first().getAttribute('title')).toBe(title);
  });

  test('the first stop of the tabulator leads over the navigation to the content', async () => {
    const { page } = await open(browser, shown.origin, '/');
    await page.locator('[data-row]').first().waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
  });

  test('the time range is in the address: it lasts over a reload, links keep it, and the back button takes it back', async () => {
    const { page } = await open(browser, shown.origin, '/');
    await shows(page, '20 of 40 compared');
    await page.getByLabel('Time').selectOption('15m');
    await page.waitForURL('**/?range=15m');
    await page.reload();
    await shows(page, '20 of 40 compared');
    expect(await page.getByLabel('Time').inputValue()).toBe('15m');
    await page.getByRole('link', { name: 'Health' }).first().click();
    await page.waitForURL('**/health?range=15m');
    await page.goBack();
    await page.goBack();
    await page.waitForURL(`${shown.origin}/`);
    expect(await page.getByLabel('Time').inputValue()).toBe('all');
  });

  test('a time without results says so, and leads back', async () => {
    const { page } = await open(browser, shown.origin, '/?from=60000&to=120000');
    await shows(page, 'Nothing was recorded in this time.');
    await page.getByRole('link', { name: 'Show the whole rehearsal' }).click();
    await shows(page, '20 of 40 compared');
  });

  test('a page about what no service has is not in the navigation, and its address says so', async () => {
    const { page, troubles } = await open(browser, shown.origin, '/rollout');
    await shows(page, 'No service has a rollout.');
    expect(await page.getByRole('navigation').getByRole('link', { name: 'Rollout' }).count()).toBe(0);
    expect(troubles).toEqual([]);
  });

  test('an address that leads nowhere says so', async () => {
    const { page } = await open(browser, shown.origin, '/causes/nobody');
    await shows(page, 'Not found');
    const response = await page.goto(`${shown.origin}/nope`);
    expect(response!.status()).toBe(404);
    await shows(page, 'There is no page at this address.');
  });
});

test('the kill switch asks first, acts at once, and shows everywhere', async () => {
  const { page, troubles } = await open(browser, shown.origin, '/');
  const enabled = async () => {
    const response = await fetch(`${shown.origin}/api/v1/mirror`);
    return ((await response.json()) as { enabled: boolean }).enabled;
  };
  await page.getByRole('button', { name: 'mirror on' }).click();
  await page.getByRole('dialog').getByText('No request is copied from now on').waitFor();
  expect(await violations(page)).toEqual([]);
  const { height, width: usual } = page.viewportSize()!;
  for (const width of [360, usual]) {
    await page.setViewportSize({ width, height });
    expect(await dialogOverhang(page)).toBe(0);
  }
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect(await enabled()).toBe(true);
  await page.getByRole('button', { name: 'mirror on' }).click();
  await page.getByRole('button', { name: 'Switch off' }).click();
  await page.getByRole('button', { name: 'mirror off' }).waitFor();
  await shows(page, 'The mirror is switched off: nothing is copied.');
  expect(await enabled()).toBe(false);
  await page.getByRole('button', { name: 'mirror off' }).click();
  await page.getByRole('button', { name: 'Switch on' }).click();
  await page.getByRole('button', { name: 'mirror on' }).waitFor();
  expect(await enabled()).toBe(true);
  expect(troubles).toEqual([]);
});
