import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { open, overhang, startBrowser } from '../../support/browser.ts';
import { type ShownUnderstudy, startShown } from '../../support/shown-understudy.ts';

let browser: Browser;
let shown: ShownUnderstudy;
/** Of the worst cause. */
let cause: string;

beforeAll(async () => {
  [browser, shown] = await Promise.all([startBrowser(), startShown()]);
  await shown.ask(60);
  const response = await fetch(`${shown.origin}/api/v1/causes`);
  const { causes } = (await response.json()) as { readonly causes: readonly { readonly id: string }[] };
  cause = causes[0]!.id;
});

afterAll(() => Promise.all([browser?.close(), shown?.close()]));

const PAGES = [
  '/',
  '/routes',
  '/routes/people',
  '/causes',
  '/causes/ID',
  '/latency',
  '/latency?route=people',
  '/health',
];
const HAVE_CHARTS = new Set(['/', '/routes/people', '/latency?route=people']);
/** Characters; more is hard to read. */
const LONGEST_LINE = 120;

/** Waits until nothing is being read. */
async function whole(page: Page): Promise<void> {
  await page.locator('.panel, [data-row]').first().waitFor();
  await page.locator('.state.loading').first().waitFor({ state: 'detached' });
}

/** Paragraphs, with how many characters they have in a line. */
const LONG_LINES = `[...document.querySelectorAll('main p, main small')].flatMap((paragraph) => {
  const range = document.createRange();
  range.selectNodeContents(paragraph);
  const lines = new Set([...range.getClientRects()].map(({ bottom }) => Math.round(bottom / 8))).size;
  const length = paragraph.textContent.length / Math.max(1, lines);
  return length > ${LONGEST_LINE} ? [Math.round(length) + ' a line: ' + paragraph.textContent] : [];
})`;

/** For each chart, the share of its panel's width that it takes. */
const CHART_WIDTHS = `[...document.querySelectorAll('.panel .chart canvas, .panel svg.plot')].map((chart) => {
  const panel = chart.closest('.panel');
  const { paddingLeft, paddingRight } = getComputedStyle(panel);
  return chart.getBoundingClientRect().width / (panel.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight));
})`;

test.each([
  { width: 2560, height: 1440 },
  { width: 3840, height: 2160 },
])(
  'on a screen of $width px nothing reaches beyond it, no line of text is overlong, and charts fill their panels',
  async (viewport) => {
    const { page, troubles } = await open(browser, shown.origin, '/', { viewport });
    for (const path of PAGES) {
      await page.goto(shown.origin + path.replace('ID', cause));
      await whole(page);
      expect(await overhang(page), path).toBe(0);
      expect(await page.evaluate(LONG_LINES), path).toEqual([]);
      const widths = (await page.evaluate(CHART_WIDTHS)) as readonly number[];
      if (HAVE_CHARTS.has(path)) expect(Math.min(...widths), path).toBeGreaterThan(0.95);
    }
    await page.goto(`${shown.origin}/`);
    await whole(page);
    // Charts stand beside each other, so that none is drawn out.
    const [first, second] = await page.locator('.charts > .panel').all();
    expect((await first!.boundingBox())!.y).toBe((await second!.boundingBox())!.y);
    expect(troubles).toEqual([]);
  },
);
