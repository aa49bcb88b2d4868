import { setTimeout as pause } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { stage } from './scene.ts';
import { DESK, type Shot, take } from './shot.ts';

const PROMOTED: Shot = { name: 'rollout-light', path: '/rollout', options: { ...DESK, colorScheme: 'light' } };
const ROLLED_BACK: Shot = { name: 'rolled-back-dark', path: '/rollout', options: { ...DESK, colorScheme: 'dark' } };

const MINUTE = 60_000;
/** For the pictures. */
const EXTRA_MINUTES = 3;

/** A release whose candidate is as good as production, until it dies. */
export async function release(browser: Browser, minutes: number): Promise<void> {
  await using scene = await stage('first', {
    UNDERSTUDY_ROLLOUT_STEPS: '[1%, 5%, 25%, 50%, 100%]',
    UNDERSTUDY_ROLLOUT_HOLD: `${Math.ceil(minutes * 6)}s`,
    UNDERSTUDY_ROLLOUT_STICKY: '[{cookie: uid}, address]',
    UNDERSTUDY_ROLLOUT_TRIP: '{errors: 2%, p99: 10s, health: {path: /plays, interval: 10s, failures: 3}}',
  });
  void scene.play(minutes + EXTRA_MINUTES);
  const command = async (name: string, reason: string) => {
    const response = await fetch(`${scene.origin}/api/v1/rollout`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ command: name, by: 'ann', reason }),
    });
    if (!response.ok) throw new Error(await response.text());
  };
  await command('start', 'passed for two days');
  await pause(0.15 * minutes * MINUTE);
  await command('promote', 'no complaints');
  await pause(0.25 * minutes * MINUTE);
  await command('promote', 'copies agree, errors as before');
  await pause(0.6 * minutes * MINUTE);
  await take(browser, scene.origin, PROMOTED);
  await scene.shadow.stop();
  await rolledBack(scene.origin);
  await take(browser, scene.origin, ROLLED_BACK);
}

async function rolledBack(origin: string): Promise<void> {
  for (;;) {
    const response = await fetch(`${origin}/api/v1/rollout`);
    const { rollouts } = (await response.json()) as { rollouts: readonly { phase: string }[] };
    if (rollouts[0]?.phase === 'rolled_back') return;
    await pause(200);
  }
}
