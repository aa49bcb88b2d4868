import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions } from 'playwright-core';

const IMAGES = fileURLToPath(new URL('../../docs/images/', import.meta.url));

export const DESK = { viewport: { width: 1440, height: 900 } };
export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true };

export interface Shot {
  readonly name: string;
  readonly path: string;
  /** The name of a link there whose page is shown. */
  readonly follow?: string;
  readonly options: BrowserContextOptions;
}

/** A picture in docs/images/. */
export async function take(browser: Browser, origin: string, { name, path, follow, options }: Shot): Promise<void> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto(origin + path);
  await page.locator('[data-row]').first().waitFor();
  if (follow !== undefined) {
    await page.getByRole('link', { name: follow }).first().click();
    await page.waitForURL('**/causes/*');
  }
  // Charts are drawn when their data has come.
  await pause(2_000);
  await page.screenshot({ path: `${IMAGES}${name}.png` });
  await context.close();
  console.log(`${IMAGES}${name}.png`);
}
