import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { SIGNATURE } from './fixture.ts';

/** Debian's chromium, without a window; undefined where there is none. */
export async function startChromium(): Promise<Browser | undefined> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  return chromium.launch({ executablePath: '/usr/bin/chromium', args }).catch(() => undefined);
}

/** Pages of the dashboard, and what is there once they are whole: CSS selectors. */
export const PAGES = [
  { path: '/', whole: ['.verdict', '[aria-label="Worst causes"]', '[aria-label="New causes"]', 'canvas'] },
  { path: '/routes', whole: ['[data-row]'] },
  {
    path: '/routes/route-3',
    whole: ['.stats', 'canvas', '[aria-label="Causes on this route"]', '[aria-label="Latency"]'],
  },
  { path: '/causes', whole: ['[data-row]'] },
  { path: `/causes/${SIGNATURE}`, whole: ['.stats', '[aria-labelledby="example"]', '[aria-labelledby="proposal"]'] },
  { path: '/latency', whole: ['[data-row]'] },
  { path: '/health', whole: ['.panel'] },
] as const;

export type DashboardPage = (typeof PAGES)[number];

/**
 * Milliseconds from the navigation until a page is whole: all of it is there, nothing is being read, and it has been
 * painted. Rejects if that takes longer than half a minute, or if something on it failed.
 */
export async function timeOfPage(
  context: BrowserContext,
  origin: string,
  { path, whole }: DashboardPage,
): Promise<number> {
  const page = await context.newPage();
  try {
    await page.goto(origin + path, { waitUntil: 'commit' });
    // As text, as this program does not have the types of a page; evaluated by the browser, whatever the page's policy is.
    const time = await page.evaluate(`(${UNTIL_WHOLE})(${JSON.stringify(whole)})`);
    if (typeof time === 'number') return time;
    throw new Error(`${path}: a part of the page failed: ${time}`);
  } finally {
    await page.close();
  }
}

/** Looks before each frame. Gives the time of `performance.now()`, or what failed. */
const UNTIL_WHOLE = `(whole) => new Promise((resolve) => {
  const look = () => {
    const now = performance.now();
    const failure = document.querySelector('.state.failure');
    if (failure !== null) return resolve(failure.textContent);
    if (now > 30_000) return resolve('it is still being read');
    const isReading = document.querySelector('.state.loading') !== null;
    if (!isReading && whole.every((part) => document.querySelector(part) !== null)) return resolve(now);
    requestAnimationFrame(look);
  };
  look();
})`;
