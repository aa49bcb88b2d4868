/** The health checks of a candidate while its rollout goes on. */
import { expect, test } from 'vitest';
import { startHttpOrigin } from '../../support/origin.ts';
import { stagedRollouts } from '../../support/staged-rollouts.ts';

const trip = (failures: number, path = '/') =>
  `trip: {health: {path: ${path}, interval: 100ms, failures: ${failures}}}`;

async function failing() {
  const candidate = await startHttpOrigin((_request, response) => response.writeHead(500).end());
  const config = (more: string) => `rollout: {steps: [1%, 5%, 100%], hold: 0s, ${more}}\nshadow: ${candidate.url}`;
  const stage = await stagedRollouts(config(trip(100)));
  await stage.command('start');
  const failures = () => stage.rollouts.status[0]!.step!.health!.failures;
  await expect.poll(failures).toBeGreaterThan(1);
  return { stage, config, failures };
}

test('failed checks count on over a reload that changes something else, and over a step', async () => {
  const { stage, config, failures } = await failing();
  await stage.configure(config(`salt: other, ${trip(100)}`));
  expect(failures()).toBeGreaterThan(1);
  await stage.command('promote');
  expect(failures()).toBeGreaterThan(1);
});

test('failed checks of another path than before do not count', async () => {
  const { stage, config, failures } = await failing();
  await stage.configure(config(trip(100, '/other')));
  expect(failures()).toBe(0);
});
