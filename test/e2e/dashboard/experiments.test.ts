import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAdminServer } from '../../../src/admin/server.ts';
import type { RecordedExperiment } from '../../../src/model/recorded-experiment.ts';
import { readExperiments } from '../../../src/results/experiments.ts';
import type { Ask } from '../../../src/results/questions.ts';
import { open, overhang, startBrowser, violations } from '../../support/browser.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { dependencies } from '../../unit/admin/results.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const HOUR = 3_600_000;
const BEGUN = Date.now() - 2 * HOUR;

/** Of each arm so many users, of whom so many bought. */
function recorded(
  users: readonly number[],
  bought: readonly number[],
  changes: Partial<RecordedExperiment> = {},
): RecordedExperiment {
  const names = ['control', 'green', 'blue'].slice(0, users.length);
  return {
    ...{ service: 'default', experiment: 'checkout-button', edition: 'e1', isRunning: true, detect: 0.05, alpha: 0.05 },
    ...{ begunAt: BEGUN, lastAt: BEGUN + HOUR, users },
    arms: names.map((arm) => ({ arm, share: 1 / names.length })),
    goals: [{ goal: 'purchase', kind: 'conversion' }],
    sums: names.map((arm, at) => {
      const sum = bought[at]!;
      return { goal: 'purchase', arm, users: sum, sum, squares: sum, sizes: sum };
    }),
    leftOut: { switched: 0, full: 0, early: 0, unexposed: 0 },
    ...changes,
  };
}

/** A dashboard with these experiments. `record`: there are others now, as after a flush. */
async function serve(first: readonly RecordedExperiment[], configured: readonly string[] = ['checkout-button']) {
  let experiments = first;
  let recordedAt = 1;
  const base = dependencies();
  const ask: Ask = (name, query) =>
    name === 'experiments'
      ? (readExperiments({ experiments: async () => experiments }, query as object) as ReturnType<
          typeof base.ask<typeof name>
        >)
      : base.ask(name, query);
  const services = () => [{ service: 'default', primary: { url: 'http://a' }, experiments: configured }];
  const health = () => ({ ...base.health(), recordedAt });
  const server = createAdminServer(dependencies({ ask, services, health }));
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  afterThisTest(() => server.close());
  return {
    origin: `http://127.0.0.1:${port}`,
    record: (...others: readonly RecordedExperiment[]) => {
      experiments = others;
      recordedAt++;
    },
  };
}

test('an experiment shows its arms, how they differ against zero, and in words what is proven and what it still needs', async () => {
  const { origin } = await serve([recorded([5_000, 5_010, 4_990], [1_000, 1_700, 1_010])]);
  const { page, troubles } = await open(browser, origin, '/');
  await page.locator('h1').first().waitFor();
  await page.getByRole('navigation').getByRole('link', { name: 'Experiments' }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('e');
  await page.waitForURL('**/experiments');
  await page.getByText('users are divided as configured').waitFor();
  const goal = page.getByRole('region', { name: /^Goal purchase of checkout-button/ });
  const row = (arm: string) => goal.getByRole('row', { name: new RegExp(`^${arm}`) });
  expect(await row('control').innerText()).toMatch(/20\.00%\s+1,000\s+baseline/);
  expect(await row('green').innerText()).toMatch(/33\.93%[\s\S]*\+13\.93 points \+\d[\s\S]*more/);
  await row('green')
    .getByRole('img', { name: /^difference \+13\.93, \+\d+\.\d+ to \+\d+\.\d+$/ })
    .waitFor();
  expect(await row('blue').innerText()).toMatch(/not proven/);
  await page.getByText(/purchase: green converts 13\.93 points more than control .* proven$/).waitFor();
  await page.getByText(/purchase: blue converts .* not proven; about .* more at the present rate/).waitFor();
  // The bar of what is proven is on one side of zero, the other one on both.
  const sides = (arm: string) =>
    row(arm)
      .locator('svg.interval')
      .evaluate((svg) => {
        const of = (query: string, name: string) => Number(svg.querySelector(query)!.getAttribute(name));
        const [zero, left] = [of('line', 'x1'), of('rect', 'x')];
        return [left < zero, left + of('rect', 'width') > zero];
      });
  expect(await sides('green')).toEqual([false, true]);
  expect(await sides('blue')).toEqual([true, true]);
  expect(troubles).toEqual([]);
});

test('users who are not divided as configured make it invalid, loudly, and it says what was left out', async () => {
  const leftOut = { switched: 3, full: 0, early: 0, unexposed: 8 };
  const { origin } = await serve([recorded([5_000, 3_900], [1_000, 1_700], { leftOut })]);
  const { page, troubles } = await open(browser, origin, '/experiments', { viewport: { width: 360, height: 800 } });
  await page.locator('.notice', { hasText: 'users are not divided as configured: control 5,000' }).waitFor();
  await page.locator('.notice', { hasText: '3 users saw more than one arm' }).waitFor();
  await page.locator('svg.interval.invalid').waitFor();
  expect(await overhang(page)).toBe(0);
  expect(await violations(page)).toEqual([]);
  expect(troubles).toEqual([]);
});

test('what is recorded comes by itself; ended experiments are folded', async () => {
  const { origin, record } = await serve([recorded([0, 0], [0, 0], { goals: [{ goal: 'purchase', kind: 'mean' }] })]);
  const { page, troubles } = await open(browser, origin, '/experiments', { colorScheme: 'dark' });
  await page.getByText('nothing is known yet').first().waitFor();
  expect(await violations(page)).toEqual([]);
  record(recorded([100, 110], [10, 90]), recorded([50, 60], [1, 2], { edition: 'e0', isRunning: false }));
  await page.getByRole('cell', { name: '81.82%' }).waitFor();
  expect(await page.getByRole('cell', { name: '3.33%' }).isVisible()).toBe(false);
  await page.getByText('1 experiment that ended').click();
  expect(await page.getByRole('cell', { name: '3.33%' }).isVisible()).toBe(true);
  expect(await violations(page)).toEqual([]);
  expect(troubles).toEqual([]);
});

test('experiments that ended are reached by the navigation and by keys when none is configured any more', async () => {
  const { origin } = await serve([recorded([50, 60], [1, 2], { isRunning: false })], []);
  const { page, troubles } = await open(browser, origin, '/');
  await page.getByRole('navigation').getByRole('link', { name: 'Experiments' }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('e');
  await page.waitForURL('**/experiments');
  await page.getByText('1 experiment that ended').waitFor();
  expect(troubles).toEqual([]);
});

test('a service without experiments leads to those of the others', async () => {
  const { origin } = await serve([recorded([50, 60], [1, 2])]);
  const { page } = await open(browser, origin, '/experiments?service=other');
  await page.getByText('The service other has no experiment.').waitFor();
  await page.getByRole('link', { name: 'Experiments of other services' }).click();
  await page.getByText('users are divided as configured').waitFor();
});
