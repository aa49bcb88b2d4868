/**
 * `npm run screenshots [MINUTES]`: the pictures of the dashboard in docs/images/, from the services of the demo. Charts
 * over time need some minutes of traffic: 20 by default.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core';
import { loadConfig } from '../../src/app/load-config.ts';
import { Understudy } from '../../src/app/understudy.ts';
import { playLoad } from '../../src/cli/demo/load.ts';
import { planRequests } from '../../src/cli/demo/plan.ts';
import { startService } from '../../src/cli/demo/service.ts';
import { formatProblem } from '../../src/config/problem.ts';
import { LineOutput } from '../../src/lib/line-output.ts';
import { createLogger } from '../../src/lib/log.ts';

const CONFIG = fileURLToPath(new URL('../../config/demo.yaml', import.meta.url));
const IMAGES = fileURLToPath(new URL('../../docs/images/', import.meta.url));
/** Requests a second. */
const RATE = 20;

const DESK = { viewport: { width: 1440, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true };

interface Shot {
  readonly name: string;
  readonly path: string;
  /** The name of a link there whose page is shown. */
  readonly follow?: string;
  readonly options: BrowserContextOptions;
}

const SHOTS: readonly Shot[] = [
  { name: 'overview-light', path: '/', options: { ...DESK, colorScheme: 'light' } },
  { name: 'overview-dark', path: '/', options: { ...DESK, colorScheme: 'dark' } },
  { name: 'overview-phone', path: '/', options: { ...PHONE, colorScheme: 'light' } },
  { name: 'routes-light', path: '/routes', options: { ...DESK, colorScheme: 'light' } },
  { name: 'cause-light', path: '/causes', follow: '$.total', options: { ...DESK, colorScheme: 'light' } },
  { name: 'cause-dark', path: '/causes', follow: '$.total', options: { ...DESK, colorScheme: 'dark' } },
];

const minutes = Number(process.argv[2] ?? '20');
if (!(minutes > 0)) throw new Error(`minutes: found ${process.argv[2]}; allowed: a number above 0`);

await using house = new AsyncDisposableStack();
const origin = await perform();
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
house.defer(() => browser.close());
await mkdir(IMAGES, { recursive: true });
for (const shot of SHOTS) await take(browser, shot);

/** The demo, for as long as was asked. Resolves to the origin of the dashboard. */
async function perform(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'understudy-screenshots-'));
  house.defer(() => rm(directory, { recursive: true, force: true }));
  const [primary, shadow, control] = await Promise.all([
    startService('first'),
    startService('second'),
    startService('first'),
  ]);
  for (const { stop } of [primary, shadow, control]) house.defer(stop);
  const env = {
    DEMO_PRIMARY: primary.url,
    DEMO_SHADOW: shadow.url,
    DEMO_CONTROL: control.url,
    DEMO_STORE: join(directory, 'understudy.db'),
  };
  const load = () => loadConfig({ file: CONFIG, env });
  const loaded = load();
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  const log = createLogger(loaded.config.log, new LineOutput(2));
  const understudy = await Understudy.start({ config: loaded.config, load, log });
  house.defer(async () => void (await understudy.stop('now')));
  const { clients, admin } = understudy.addresses;
  await playLoad(`http://${clients}`, planRequests(Math.ceil(minutes * 60 * RATE), 1), {
    rate: RATE,
    signal: AbortSignal.timeout(2 * minutes * 60_000),
    isEnough: () => false,
    progress: () => {},
  });
  return `http://${admin}`;
}

async function take(of: Browser, { name, path, follow, options }: Shot): Promise<void> {
  const context = await of.newContext(options);
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
