import { setTimeout as pause } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { seededRandom } from '../../src/cli/demo/random.ts';
import { VARIANT_HEADER } from '../../src/model/experiment.ts';
import { type Scene, stage } from './scene.ts';
import { DESK, type Shot, take } from './shot.ts';

const SHOT: Shot = { name: 'experiments-light', path: '/experiments', options: { ...DESK, colorScheme: 'light' } };

const EXPERIMENT = `[{
  name: checkout-button,
  arms: [{name: control, share: 40%}, {name: green, share: 40%, header: {x-flag: green}}, {name: blue, share: 20%, header: {x-flag: blue}}],
  sticky: [{cookie: uid}],
  variant: {response: true},
  detect: 20%,
  goals: [{name: purchase, kind: conversion, route: place-order}, {name: satisfaction, kind: mean, event: survey}]
}]`;

const USERS = 6_000;
const AT_ONCE = 16;
/** Which share of the users buys, by arm. */
const BUYS: Readonly<Record<string, number>> = { control: 0.2, green: 0.34, blue: 0.21 };

/** An experiment in which one arm is better, and another one is not. */
export async function experiment(browser: Browser): Promise<void> {
  await using scene = await stage('first', { UNDERSTUDY_EXPERIMENTS: EXPERIMENT });
  const random = seededRandom(1);
  for (let at = 0; at < USERS; at += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => visit(scene, `user-${at + index}`, random)));
    // An edge thread tells of so many users a second, and drops others.
    await pause(50);
  }
  await take(browser, scene.origin, SHOT);
}

async function visit({ clients, origin }: Scene, user: string, random: () => number): Promise<void> {
  const headers = { cookie: `uid=${user}` };
  const response = await fetch(`${clients}/plays`, { headers });
  await response.arrayBuffer();
  const arm = response.headers.get(VARIANT_HEADER)?.split('=')[1] ?? '';
  if (random() >= (BUYS[arm] ?? 0)) return;
  const order = await fetch(`${clients}/orders`, { method: 'POST', headers, body: '{"tickets":2}' });
  await order.arrayBuffer();
  const told = await fetch(`${origin}/api/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, name: 'survey', value: 1 + Math.floor(5 * random()) }),
  });
  await told.arrayBuffer();
}
