/**
 * `npm run screenshots [MINUTES] [SCENE]`: the pictures of the dashboard in docs/images/. Charts over time need some minutes
 * of traffic: 20 by default. SCENE is `rehearsal`, `release` or `experiment`; all
 * by default.
 */
import { type Browser, chromium } from 'playwright-core';
import { experiment } from './experiment.ts';
import { release } from './release.ts';
import { stage } from './scene.ts';
import { DESK, PHONE, type Shot, take } from './shot.ts';

const REHEARSAL: readonly Shot[] = [
  { name: 'overview-light', path: '/', options: { ...DESK, colorScheme: 'light' } },
  { name: 'overview-dark', path: '/', options: { ...DESK, colorScheme: 'dark' } },
  { name: 'overview-phone', path: '/', options: { ...PHONE, colorScheme: 'light' } },
  { name: 'routes-light', path: '/routes', options: { ...DESK, colorScheme: 'light' } },
  { name: 'cause-light', path: '/causes', follow: '$.total', options: { ...DESK, colorScheme: 'light' } },
  { name: 'cause-dark', path: '/causes', follow: '$.total', options: { ...DESK, colorScheme: 'dark' } },
];

/** The demo: the next edition has mistakes. */
async function rehearsal(browser: Browser, minutes: number): Promise<void> {
  await using scene = await stage('second');
  await scene.play(minutes);
  for (const shot of REHEARSAL) await take(browser, scene.origin, shot);
}

const SCENES = { rehearsal, release, experiment };

const [written = '20', ...names] = process.argv.slice(2);
const minutes = Number(written);
if (!(minutes > 0)) throw new Error(`minutes: found ${written}; allowed: a number above 0`);
const scenes = Object.entries(SCENES).filter(([name]) => names.length === 0 || names.includes(name));
if (scenes.length === 0) throw new Error(`scene: found ${names.join(' ')}; allowed: ${Object.keys(SCENES).join(', ')}`);

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
try {
  for (const [, perform] of scenes) await perform(browser, minutes);
} finally {
  await browser.close();
}
