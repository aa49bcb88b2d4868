import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterThisTest } from './cleanup.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Debian's chromium, without a window. The caller closes it. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
  });
}

export interface Reader {
  readonly page: Page;
  /** What went wrong in the page so far: errors, messages of its console, and requests to other servers. */
  readonly troubles: string[];
}

/** Opens a path of the dashboard in a window of its own, which is closed after the test. */
export async function open(
  browser: Browser,
  origin: string,
  path: string,
  options: BrowserContextOptions = {},
): Promise<Reader> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  afterThisTest(() => context.close());
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => troubles.push(`console: ${message.text()} (${message.location().url})`));
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) troubles.push(`request to ${request.url()}`);
  });
  await page.goto(origin + path);
  return { page, troubles };
}

/** What axe-core finds wrong, by rule and element. */
export async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const run = 'axe.run(document, { resultTypes: ["violations"] })';
  const { violations: found } = (await page.evaluate(run)) as {
    violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

/** How many pixels the page is wider than its window. */
export function overhang(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

/** How many pixels what a dialog says is wider than the dialog. */
export function dialogOverhang(page: Page): Promise<number> {
  return page.evaluate(
    "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('dialog[open]'))",
  );
}
