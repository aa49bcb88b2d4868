/** The page of rollouts, in a browser. The tests follow each other: each leaves `orders` as the next one needs it. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAdminServer } from '../../../src/admin/server.ts';
import type { RolloutStatus } from '../../../src/results/rollout-status.ts';
import { open, overhang, startBrowser, violations } from '../../support/browser.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { type ShownRollout, startShownRollout } from '../../support/shown-rollout.ts';
import { dependencies, rollout } from '../../unit/admin/results.ts';

let browser: Browser;
let shown: ShownRollout;

beforeAll(async () => {
  [browser, shown] = await Promise.all([startBrowser(), startShownRollout()]);
});

afterAll(() => Promise.all([browser.close(), shown.close()]));

const ORDERS = '/rollout?service=orders';

async function shows(page: Page, text: string | RegExp): Promise<void> {
  await page.getByText(text).first().waitFor();
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const dialog = (page: Page) => page.getByRole('dialog');

test('by the keys alone a rollout is started, with the reason and who gave it in the history', async () => {
  const { page, troubles } = await open(browser, shown.origin, '/?service=orders');
  await shows(page, 'Production serves everybody.');
  await page.keyboard.press('g');
  await page.keyboard.press('u');
  await page.waitForURL(`**${ORDERS}`);
  await button(page, 'Start at 10% …').waitFor();
  for (let stops = 0; (await page.evaluate('document.activeElement.textContent')) !== 'Start at 10% …'; stops++) {
    if (stops > 30) throw new Error('the tabulator does not lead to the button');
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await dialog(page).waitFor();
  await page.keyboard.type('passed for two days');
  await page.keyboard.press('Tab');
  await page.keyboard.type('ann');
  await page.keyboard.press('Enter');
  await shows(page, 'The candidate serves 10% of the users.');
  await page.locator('.ladder .present', { hasText: '10%now' }).waitFor();
  const row = page.locator('tr', { hasText: 'passed for two days' });
  expect(await row.innerText()).toMatch(/start[\s\S]*canary 10%[\s\S]*ann/);
  expect(await shown.onCandidate()).toBeGreaterThan(0);
  expect(troubles).toEqual([]);
});

test('the step shows what users of both versions got, its copies, the hard limits, and the ramp', async () => {
  await shown.onCandidate();
  const { page, troubles } = await open(browser, shown.origin, ORDERS);
  const users = page.getByRole('region', { name: 'Users' });
  await users.getByText('candidate').first().waitFor();
  await page.getByRole('link', { name: 'All results of this step' }).waitFor();
  await page
    .getByRole('region', { name: 'Hard limits' })
    .getByText(/^0%: 0 of \d+$/)
    .waitFor();
  await page.getByRole('img', { name: /^Share of the users on the candidate: 10% from / }).waitFor();
  await shows(page, /that the candidate fails in at most 1% more of its requests is not proven/);
  await shown.onCandidate();
  // What is counted comes by itself.
  const requests = async () =>
    Number(await users.locator('tr', { hasText: 'candidate' }).first().locator('td').nth(1).innerText());
  const before = await requests();
  await shown.onCandidate();
  await expect.poll(requests, { timeout: 15_000 }).toBeGreaterThan(before);
  expect(troubles).toEqual([]);
});

test.each([
  { width: 1440, colorScheme: 'light' },
  { width: 360, colorScheme: 'dark' },
] as const)('a step fits $width px, and axe finds nothing in $colorScheme', async ({ width, colorScheme }) => {
  const { page } = await open(browser, shown.origin, ORDERS, { viewport: { width, height: 800 }, colorScheme });
  await page.locator('.chart').first().waitFor();
  expect(await overhang(page)).toBe(0);
  expect(await violations(page)).toEqual([]);
  await page.getByText('Evidence', { exact: true }).click();
  await button(page, 'Promote to 50% …').click();
  await dialog(page).getByText('The evidence says “hold”').waitFor();
  expect(await overhang(page)).toBe(0);
  expect(await violations(page)).toEqual([]);
});

test('of two readers who promote at once, the second one is told that something happened, and no step is skipped', async () => {
  const [{ page: first }, { page: second }] = await Promise.all([
    open(browser, shown.origin, ORDERS),
    open(browser, shown.origin, ORDERS),
  ]);
  for (const page of [first, second]) await button(page, 'Promote to 50% …').click();
  await dialog(first).getByRole('button', { name: 'Promote' }).click();
  // It closes once the step is taken; what it says itself is also that the candidate serves 50% of the users.
  await dialog(first).waitFor({ state: 'detached' });
  await shows(first, 'The candidate serves 50% of the users.');
  await dialog(second).getByRole('button', { name: 'Promote' }).click();
  await dialog(second).getByText('something happened meanwhile: promote by').waitFor();
  await dialog(second).getByText('This was not done').waitFor();
  expect(await shown.status('orders')).toMatchObject({ weight: 0.5 });
  await dialog(second).getByRole('button', { name: 'Cancel' }).click();
  // The other reader sees the step without a reload.
  await button(second, 'Promote to 100% …').waitFor();
});

test('a hold is shown, and a person ends it', async () => {
  const { page } = await open(browser, shown.origin, ORDERS);
  await button(page, 'Hold …').click();
  await dialog(page).getByRole('button', { name: 'Hold' }).click();
  await shows(page, 'The candidate serves 50% of the users, held.');
  await button(page, 'Go on …').click();
  await dialog(page).getByRole('button', { name: 'Go on' }).click();
  await shows(page, 'The candidate serves 50% of the users.');
});

test('one click and one confirmation roll back: production serves everybody, and every page says so until it is released', async () => {
  await shown.command('orders', 'promote');
  const { page, troubles } = await open(browser, shown.origin, ORDERS);
  await shows(page, 'The candidate serves everybody.');
  expect(await shown.onCandidate()).toBe(shown.users);
  await button(page, 'Roll back …').click();
  await dialog(page).getByText('Production serves everybody from the next request on').waitFor();
  await page.keyboard.press('Enter');
  await shows(page, 'Production serves everybody until a person releases it.');
  expect(await shown.onCandidate()).toBe(0);
  await page.locator('.ladder .left', { hasText: '100%rolled back' }).waitFor();
  expect(await violations(page)).toEqual([]);
  for (const path of ['/', '/routes', '/health']) {
    await page.goto(shown.origin + path);
    await page.getByRole('status').getByText('orders is rolled back from 100%').waitFor();
  }
  expect(await violations(page)).toEqual([]);
  await page.getByRole('status').getByRole('link', { name: 'Rollout' }).click();
  await page.waitForURL(`**${ORDERS}`);
  await button(page, 'Release …').click();
  await dialog(page).getByRole('button', { name: 'Release' }).click();
  await shows(page, 'Production serves everybody.');
  await page.getByText('orders is rolled back').waitFor({ state: 'detached' });
  expect(troubles).toEqual([]);
});

test('reasons and names are text, whatever they contain', async () => {
  const hostile = '<img src=x onerror="window.ran = 1"> <a href="javascript:window.ran=1">javascript:window.ran=1</a>';
  await shown.command('orders', 'start', hostile, '<b>ann</b>');
  await shown.command('orders', 'rollback', `${hostile}${'w'.repeat(350)}`, '<b>ann</b>');
  const { page, troubles } = await open(browser, shown.origin, ORDERS, { viewport: { width: 360, height: 800 } });
  await page.getByRole('status').getByText(hostile.slice(0, 30)).waitFor();
  await page.locator('tr', { hasText: '<b>ann</b>' }).first().waitFor();
  expect(await overhang(page)).toBe(0);
  expect(await page.evaluate('window.ran')).toBeUndefined();
  expect(await page.locator('main img, main a[href^="javascript:"], main b').count()).toBe(0);
  expect(troubles).toEqual([]);
});

test('where the file decides, its buttons are off and say why, and a refusal is told in words', async () => {
  const { page } = await open(browser, shown.origin, '/rollout?service=people');
  await shows(page, 'The candidate serves 20% of the users.');
  const promote = button(page, 'Promote …');
  expect(await promote.isDisabled()).toBe(true);
  expect(await promote.getAttribute('aria-describedby')).not.toBeNull();
  await shows(page, /the configuration alone decides here/);
  expect(await button(page, 'Roll back …').isEnabled()).toBe(true);
  // Somebody else is quicker.
  await button(page, 'Roll back …').click();
  await shown.command('people', 'rollback');
  await dialog(page).getByRole('button', { name: 'Roll back' }).click();
  await dialog(page)
    .getByText(/nothing to roll back: it was rolled back/)
    .waitFor();
});

test('several services are shown below each other, each with a link to all about it', async () => {
  const { page } = await open(browser, shown.origin, '/rollout');
  await page.getByRole('region', { name: 'Rollout of people' }).waitFor();
  await page.getByRole('region', { name: 'Rollout of orders' }).getByRole('link', { name: 'orders' }).click();
  await page.waitForURL(`**${ORDERS}`);
  await page.getByRole('region', { name: 'History' }).waitFor();
});

test.each([
  {
    state: 'a store that cannot be read',
    changes: { phase: 'unknown', weight: 0, refusals: { rollback: 'the store cannot be read' } },
    says: ['unknown', 'Production serves everybody, because the store cannot be read.'],
    buttons: [],
  },
  {
    state: 'a webhook that is being asked',
    changes: { asking: 1, asks: true, refusals: { promote: 'a webhook is being asked about the next step' } },
    says: ['a webhook is being asked whether it may begin', 'a webhook is being asked about the next step'],
    buttons: ['Promote to 100% …', 'Hold …', 'Roll back …'],
  },
  {
    state: 'a change that is not stored yet',
    changes: { unwritten: 1 },
    says: [/The last change took effect, but is not in the store yet/],
    buttons: ['Promote to 100% …', 'Hold …', 'Roll back …'],
  },
  {
    state: 'a failing health check and requests beyond the limit',
    changes: {
      step: {
        ...rollout.step!,
        window: { requests: 50, failed: 2, timed: 48, late: 3 },
        health: { failures: 2, wrong: 'it answers 503' },
      },
    },
    says: ['4.0%: 2 of 50', '3 of 48 above 800 ms', '2 failures: it answers 503'],
    buttons: ['Promote to 100% …', 'Hold …', 'Roll back …'],
  },
] as const)('$state is told', async ({ changes, says, buttons }) => {
  const status = { ...rollout, ...changes } as RolloutStatus;
  const rollouts = { status: [status], history: async () => [], command: async () => ({ ok: true }) as const };
  const server = createAdminServer(dependencies({ rollouts }));
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  afterThisTest(() => server.close());
  const { page, troubles } = await open(browser, `http://127.0.0.1:${port}`, '/rollout');
  for (const text of says) await shows(page, text);
  expect(await page.locator('.commands button').allInnerTexts()).toEqual([...buttons]);
  expect(await violations(page)).toEqual([]);
  expect(troubles).toEqual([]);
});

test('where there are several services, the only rollout names its own: on the overview, its page and in its questions', async () => {
  const status: RolloutStatus[] = [{ ...rollout, service: 'orders' }];
  const rollouts = { status, history: async () => [], command: async () => ({ ok: true }) as const };
  const primary = { url: 'http://a' };
  const services = () => ['orders', 'people'].map((service) => ({ service, primary, experiments: [] }));
  const server = createAdminServer(dependencies({ rollouts, services }));
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  afterThisTest(() => server.close());
  const { page } = await open(browser, `http://127.0.0.1:${port}`, '/');
  await page.getByRole('link', { name: 'Rollout of orders' }).click();
  await page.waitForURL(`**${ORDERS}`);
  await page.goto(`http://127.0.0.1:${port}/rollout`);
  await page.getByRole('region', { name: 'Rollout of orders' }).waitFor();
  await button(page, 'Roll back …').click();
  await dialog(page).getByText('Service orders').waitFor();
  status[0] = { ...status[0]!, phase: 'rolled_back', rolledBackFrom: 0.1 };
  await page.goto(`http://127.0.0.1:${port}/routes?service=people`);
  await page.getByRole('status').getByText('orders is rolled back from 10%').waitFor();
});
