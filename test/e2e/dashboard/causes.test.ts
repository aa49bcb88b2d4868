import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { open, startBrowser, violations } from '../../support/browser.ts';
import { type Answers, type ComparedServices, startCompared } from '../../support/compared-services.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const json = (value: unknown, fields = {}, status = 200) => ({
  body: JSON.stringify(value),
  type: 'application/json',
  fields,
  status,
});
const MEMBERS = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`member${at}`, at]));

/** Makes a time differ on each side, as a clock does. */
const SIDES = { primary: 1, shadow: 2, control: 3 };

/** Three causes, and noise beside one of them. */
const ANSWERS: Answers = {
  '/quote': (side, nth) =>
    json({
      ...MEMBERS,
      total: side === 'shadow' ? 335.84 : 335.83,
      at: `2026-11-03T12:00:${10 + nth}.${SIDES[side]}Z`,
    }),
  '/order': (side) => (side === 'shadow' ? json({ error: 'gone' }, {}, 404) : json({ id: 1 })),
  '/venue': (side) => json({ ok: true }, side === 'shadow' ? {} : { 'Cache-Control': 'max-age=300' }),
  '/plain': () => json({ ok: true }),
};

let browser: Browser;
let services: ComparedServices;

beforeAll(async () => {
  [browser, services] = await Promise.all([startBrowser(), startCompared(ANSWERS)]);
  await services.ask(12, { headers: { authorization: 'Bearer of-a-user', 'x-tenant': "o'neil" } });
});
afterAll(() => Promise.all([browser?.close(), services?.close()]));

/** A step that does not come says which it was, before the test's own time is over. */
const PATIENCE = 12_000;

async function openPage(path: string, options = {}) {
  const reader = await open(browser, services.origin, path, options);
  reader.page.setDefaultTimeout(PATIENCE);
  return reader;
}

test('causes are filtered by text and state, and the URL has both, for a link and for the way back', async () => {
  const { page, troubles } = await openPage('/causes');
  await page.getByRole('link', { name: '$.total has another value' }).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('cache-control');
  await page.waitForURL('**/causes?text=cache-control');
  await page.getByRole('link', { name: '$.total has another value' }).waitFor({ state: 'detached' });
  expect(await page.locator('tbody tr').count()).toBe(1);
  await page.getByRole('link', { name: 'header.cache-control differs' }).click();
  await page.getByRole('heading', { name: 'header.cache-control differs' }).waitFor();
  await page.goBack();
  await page.waitForURL('**/causes?text=cache-control');
  await page.goto(`${services.origin}/causes?text=nothing+like+it`);
  await page.getByText('No cause fits these filters.').waitFor();
  expect(troubles).toEqual([]);
});

test('causes are filtered by a route that is suggested, until it is cleared', async () => {
  const { page, troubles } = await openPage('/causes');
  await page.getByRole('link', { name: '$.total has another value' }).waitFor();
  const field = page.getByRole('combobox', { name: 'Route' });
  expect(await page.locator('datalist option').evaluateAll((all) => all.map((each) => each.value))).toEqual([
    'order',
    'quote',
    'venue',
  ]);
  await field.fill('quote');
  await page.waitForURL('**/causes?route=quote');
  await expect.poll(() => page.locator('tbody tr').count()).toBe(1);
  expect(await violations(page)).toEqual([]);
  await page.goBack();
  await expect.poll(() => field.inputValue()).toBe('');
  await field.fill('nobody');
  await field.press('Enter');
  await page.getByText('No cause fits these filters.').waitFor();
  await field.fill('');
  await page.waitForURL('**/causes');
  await expect.poll(() => page.locator('tbody tr').count()).toBe(3);
  expect(troubles).toEqual([]);
});

test('a cause shows what differs in the bodies, the noise as noise, folds what is equal, and explains it', async () => {
  const { page, troubles } = await openPage('/causes?text=total');
  await page.getByRole('link', { name: '$.total has another value' }).click();
  const bodies = page.getByRole('region', { name: 'Bodies' });
  const total = bodies.locator('tr.difference');
  expect(await total.locator('td.shadow').innerText()).toContain('total: 335.84');
  expect(await total.getByRole('img', { name: 'difference: value' }).count()).toBe(1);
  expect(await total.locator('mark').allInnerTexts()).toEqual(['3', '4']);
  expect(await total.innerText()).toContain('+0.01 (0.00298%)');
  expect(await bodies.locator('tr.noise').innerText()).toContain('at: "2026-11-03T12:00:');
  await bodies.getByRole('button', { name: '28 equal rows' }).click();
  expect(await bodies.innerText()).toContain('member7: 7');
  await page.getByText('Explain: compare it again').click();
  await page.getByText('value at $.total: 335.83 → 335.84; no rule accepts it').waitFor();
  await page.getByText('accepts 10 examples').first().click();
  expect(await page.locator('.proposals').innerText()).toMatch(
    /\{path: \$\.total, within: 0\.003%\}.*example 10 335\.83 → 335\.84/s,
  );
  await page.getByText('As YAML').click();
  expect(await page.getByRole('region', { name: 'Rules as YAML' }).innerText()).toContain('path: $.total');
  expect(await violations(page)).toEqual([]);
  expect(troubles).toEqual([]);
});

test('on a wide page the request stands beside the responses, on others folded above them', async () => {
  const { page } = await openPage('/causes?text=total');
  await page.getByRole('link', { name: '$.total has another value' }).click();
  const request = page.getByRole('region', { name: 'Header fields of the request' });
  const bodies = page.getByRole('region', { name: 'Bodies' });
  await bodies.waitFor();
  expect(await request.isVisible()).toBe(false);
  await page.setViewportSize({ width: 1600, height: 1000 });
  await request.waitFor();
  const [left, right] = [(await request.boundingBox())!, (await bodies.boundingBox())!];
  expect(left.x + left.width).toBeLessThan(right.x);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(1600);
  expect(await violations(page)).toEqual([]);
});

test('example and view of a cause are in the URL, and header fields and raw responses are views', async () => {
  const { page, troubles } = await openPage('/causes?text=cache-control');
  await page.getByRole('link', { name: 'header.cache-control differs' }).click();
  await page.getByRole('heading', { name: 'Example' }).waitFor();
  await page.keyboard.press('n');
  await page.getByRole('link', { name: 'Example 2', exact: true }).and(page.locator('[aria-current=true]')).waitFor();
  await page.waitForURL('**example=*');
  await page.getByRole('link', { name: 'Header fields' }).click();
  await page.waitForURL('**view=headers');
  await page.reload();
  const fields = page.getByRole('region', { name: 'Header fields', exact: true });
  expect(await fields.locator('tr.difference').innerText()).toContain('Cache-Control: max-age=300');
  expect(await violations(page)).toEqual([]);
  await page.getByRole('link', { name: 'Raw', exact: true }).click();
  expect(await page.getByRole('region', { name: "Head of the primary's response" }).innerText()).toMatch(/^200 OK\n/);
  expect(troubles).toEqual([]);
});

test('the request is copied as curl without its secrets, and the cause as Markdown', async () => {
  const { page } = await openPage('/causes?text=total', { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.getByRole('link', { name: '$.total has another value' }).click();
  const copied = async (button: string, begin: RegExp) => {
    await page.getByRole('button', { name: button }).click();
    const clipboard = () => page.evaluate('navigator.clipboard.readText()') as Promise<string>;
    await expect.poll(clipboard).toMatch(begin);
    return clipboard();
  };
  const curl = await copied('Copy as curl', /^# left out: authorization/);
  expect(curl).toContain(`-H 'x-tenant: o'\\''neil'`);
  expect(curl).not.toContain('of-a-user');
  const markdown = await copied('Copy as Markdown', /^## \$\.total has another value/);
  expect(markdown).toContain('- {path: $.total, within: ');
  expect(await copied('Copy the rules', /^routes:/)).toContain('- {path: $.total, within: ');
});

test('a cause is saved as one file that shows the same without the proxy', async () => {
  const { page } = await openPage('/causes?text=total');
  await page.getByRole('link', { name: '$.total has another value' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Save as HTML' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('understudy-report.html');
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  const file = join(temporaryDirectory(), download.suggestedFilename());
  await download.saveAs(file);
  await page.goto(`file://${file}`);
  const saved = (table: string) =>
    page.getByRole('table', { name: table }).first().locator('tr.difference').innerText();
  expect(await saved('Differences')).toContain('335.84');
  expect(await saved('Bodies')).toContain('total: 335.84');
  expect(requests).toEqual([`file://${file}`]);
});

test('routes lead to one route with its causes, latency and what differs by itself', async () => {
  const { page, troubles } = await openPage('/routes');
  await page.getByRole('button', { name: 'of compared' }).click();
  await page.waitForURL('**/routes?sort=rate&order=desc');
  const quote = page.getByRole('row', { name: /quote/ });
  expect(await quote.innerText()).toMatch(/mismatching\s+12\s+12\s+100%/);
  await quote.getByRole('link').click();
  await page.getByRole('heading', { name: 'quote', level: 1 }).waitFor();
  await page.getByRole('link', { name: '$.total has another value' }).waitFor();
  await page.getByRole('img', { name: /^Density of the times: primary p50/ }).waitFor();
  expect(troubles).toEqual([]);
});

const PATHS = ['/causes', '/causes/TOTAL', '/routes', '/routes/quote', '/latency', '/latency?route=quote'];
const LOOKS = [
  ['light', 1440],
  ['dark', 360],
] as const;

test.each(PATHS.flatMap((path) => LOOKS.map(([scheme, width]) => ({ path, scheme, width }))))(
  '$path is accessible and fits in the $scheme scheme at $width px',
  async ({ path, scheme, width }) => {
    const viewport = { width, height: 900 };
    const url = path.replace('TOTAL', await causeOf('quote'));
    const { page, troubles } = await openPage(url, { colorScheme: scheme, viewport });
    await page.getByRole('main').getByText('quote').filter({ visible: true }).first().waitFor();
    await expect.poll(() => page.getByText('Reading…').count(), { timeout: PATIENCE }).toBe(0);
    expect(await violations(page)).toEqual([]);
    const overhang = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await page.evaluate(overhang)).toBe(0);
    expect(troubles).toEqual([]);
  },
);

async function causeOf(route: string): Promise<string> {
  const answer = await fetch(`${services.origin}/api/v1/causes?route=${route}`);
  const { causes } = (await answer.json()) as { causes: { id: string }[] };
  return causes[0]!.id;
}

test('keys alone lead from the overview to a proposed rule', async () => {
  const { page } = await openPage('/', { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await page.getByRole('link', { name: '$.total has another value' }).waitFor();
  const focused = () => page.evaluate('document.activeElement.textContent') as Promise<string>;
  for (let steps = 0; steps < 3 && !(await focused()).includes('$.total'); steps++) await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Copy the rules' }).waitFor();
  for (let presses = 0; presses < 80 && (await focused()) !== 'Copy the rules'; presses++)
    await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('Copied').waitFor();
  expect(await page.evaluate('navigator.clipboard.readText()')).toContain('- {path: $.total');
});

test('several causes are marked as expected at once with a reason, and are opened again', async () => {
  const { page, troubles } = await openPage('/causes');
  await page.getByLabel('All on this page').check();
  await page.getByText('3 causes chosen').waitFor();
  await page.getByRole('button', { name: 'Mark as expected …' }).click();
  await page.getByLabel('Reason').fill('the new tax rate');
  await page.getByRole('button', { name: 'Mark', exact: true }).click();
  await page.getByText('Nothing is open.').waitFor();
  await page.getByRole('link', { name: /^expected 3/ }).click();
  await expect.poll(() => page.getByText('the new tax rate').count()).toBe(3);
  expect(await violations(page)).toEqual([]);
  await page.getByLabel('All on this page').check();
  await page.getByRole('button', { name: 'Open again …' }).click();
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByRole('link', { name: /^open 3/ }).click();
  await page.getByRole('link', { name: '$.total has another value' }).click();
  await page.getByRole('button', { name: 'Mark as fixed …' }).click();
  await page.getByLabel('What fixed it').fill('in 2.4.1');
  await page.getByRole('button', { name: 'Mark', exact: true }).click();
  await page.getByText('marked as fixed, and not seen since: in 2.4.1').waitFor();
  await page.getByRole('button', { name: 'Open again …' }).click();
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByRole('button', { name: 'Mark as fixed …' }).waitFor();
  expect(troubles).toEqual([]);
});

test('results that are open follow new traffic, and an example stays while it is read', async () => {
  const { page: routes } = await openPage('/routes');
  await routes.getByRole('row', { name: /quote.* 12 / }).waitFor();
  const { page: causes } = await openPage('/causes?text=total');
  await causes.getByRole('row', { name: /\$\.total.* 12 / }).waitFor();
  const { page: cause } = await openPage(`/causes/${await causeOf('quote')}`);
  await cause.getByRole('heading', { name: 'Example' }).waitFor();
  const read = await cause.locator('tr.noise td.shadow').first().innerText();
  await services.ask(12);
  await routes.getByRole('row', { name: /quote.* 24 / }).waitFor();
  await causes.getByRole('row', { name: /\$\.total.* 24 / }).waitFor();
  await cause.locator('.stat', { hasText: 'Exchanges' }).getByText('24').waitFor();
  expect(await cause.locator('tr.noise td.shadow').first().innerText()).toBe(read);
  await cause.getByRole('button', { name: 'Show newer ones' }).click();
  await cause.getByRole('button', { name: 'Show newer ones' }).waitFor({ state: 'detached' });
});
