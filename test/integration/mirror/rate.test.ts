/** `mirror.rate` in a real process. */
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { settled } from '../../support/metrics.ts';
import { startOrigin } from '../../support/origin.ts';
import { configText, startUnderstudy } from '../../support/understudy.ts';

const CROWD = 50;

test('of a crowd, few requests are copied, all are answered, and a reload changes the rate', async () => {
  const [primary, shadow] = await Promise.all(
    ['primary', 'shadow'].map(() => startOrigin((_request, reply) => reply.send({ body: 'same' }))),
  );
  const configOf = (rate: number | string) =>
    configText({ primary: primary!.url, shadow: shadow!.url, edges: 2, mirror: { rate } });
  const understudy = await startUnderstudy(configOf(5));
  const crowd = async (): Promise<number> => {
    const began = performance.now();
    const bodies = await Promise.all(
      Array.from({ length: CROWD }, async () => (await fetch(`http://127.0.0.1:${understudy.port}/`)).text()),
    );
    expect(bodies).toEqual(Array(CROWD).fill('same'));
    return (performance.now() - began) / 1000;
  };

  const seconds = await crowd();
  const limited = await settled(understudy.adminPort, CROWD);
  const copied = limited.outcomes('match');
  expect(copied).toBeGreaterThanOrEqual(1);
  // However slow the machine: one at once, and five for every second that the crowd took.
  expect(copied).toBeLessThanOrEqual(1 + 5 * seconds);
  expect(limited.outcomes('skipped', 'rate_limited')).toBe(CROWD - copied);
  expect(shadow!.requests).toHaveLength(copied);

  writeFileSync(understudy.file, configOf('none'));
  await understudy.logged(({ msg, generation }) => msg === 'the configuration was reloaded' && generation === 2);
  await crowd();
  const free = await settled(understudy.adminPort, 2 * CROWD);
  expect(free.outcomes('match')).toBe(copied + CROWD);
});
