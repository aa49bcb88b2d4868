/**
 * The pictures of the dashboard in docs/images/. Charts over time need some minutes of traffic.
 */
import { type Browser, chromium } from 'playwright-core';
import { calledWith } from '../harness/command-line.ts';
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

const {
  values: { minutes },
  operands,
} = calledWith({
  command: 'npm run screenshots --',
  about: 'Takes the pictures of the dashboard in docs/images/: of all scenes, or of those that are named.',
  operands: { form: '[SCENE…]', allowed: Object.keys(SCENES) },
  flags: { minutes: { takes: 'count', about: 'minutes of traffic before the pictures of a scene', default: 20 } },
});
const scenes = Object.entries(SCENES).filter(([name]) => operands.length === 0 || operands.includes(name));

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
try {
  for (const [, perform] of scenes) await perform(browser, minutes);
} finally {
  await browser.close();
}
