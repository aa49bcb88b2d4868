/** A configuration that is written 20 times a second, in all the ways in which that goes wrong, while clients ask. */
import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Stage } from '../../../bench/chaos/stage.ts';
import { startAudience, startWell } from '../../support/audience.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { metrics, settled } from '../../support/metrics.ts';
import { configText, startUnderstudy } from '../../support/understudy.ts';

/** Milliseconds between two changes. */
const BEAT = 50;
const ROUNDS = 8;

test('whatever happens to the configuration 20 times a second, clients and copies go by the last good one, and the next good one is loaded', async () => {
  const [primary, shadow] = await Promise.all([startWell(), startWell()]);
  const settings = { primary: primary.url, shadow: shadow.url };
  const { port, adminPort, directory, file, kill, logs, stop } = await startUnderstudy(settings);
  const audience = startAudience(port, ['/items/1', '/items/2']);
  const good = (timeout: string) => configText({ ...settings, mirror: { timeout } });
  const other = join(directory, 'other.yaml');
  const changes: readonly ((round: number) => unknown)[] = [
    (round) => writeFileSync(file, good(`${10 + round}s`)),
    () => writeFileSync(file, 'primary: [\n'),
    () => writeFileSync(file, configText({ ...settings, primary: 'nowhere at all' })),
    async (round) => {
      writeFileSync(file, good(`${30 + round}s`).slice(0, -20));
      await pause(BEAT / 2);
      writeFileSync(file, good(`${30 + round}s`));
    },
    () => writeFileSync(file, ''),
    () => rmSync(file),
    (round) => {
      writeFileSync(other, good(`${20 + round}s`));
      symlinkSync(other, `${file}.new`);
      renameSync(`${file}.new`, file);
    },
    () => writeFileSync(other, 'shado: [\n'),
    () => rmSync(other),
  ];
  for (let round = 0; round < ROUNDS; round++) {
    for (const change of changes) {
      await change(round);
      if (round % 2 === 0) kill('SIGHUP');
      await pause(BEAT);
    }
  }
  const during = await metrics(adminPort);
  expect(during.sum('understudy_config_last_error')).toBe(1);
  writeFileSync(other, good('33s'));
  await expect
    .poll(async () => (await fetch(`http://127.0.0.1:${adminPort}/api/v1/config`)).text(), { timeout: 10_000 })
    .toContain('"timeout":33000');
  expect((await metrics(adminPort)).sum('understudy_config_last_error')).toBe(0);
  await audience.more(50);
  const now = await settled(adminPort, await audience.unharmed());
  expect(now.outcomes('match')).toBe(now.requests);
  expect(logs().length).toBeLessThan(2 * ROUNDS * changes.length);
  expect(await stop()).toBe(0);
});

/** Milliseconds; longer than two reloads take. */
const STALL = 1_500;

test('a change that is taken back while a thread has not heard of it yet does not stay in force', async () => {
  const stage = await Stage.start();
  afterThisTest(() => stage.clear());
  const { proxy } = stage;
  const reload = () => proxy.ask('/api/v1/reload', { method: 'POST' });
  proxy.do({ thread: 'mirror-0', harm: 'stall', ms: STALL });
  writeFileSync(proxy.file, proxy.config.replace('timeout: 1s', 'timeout: 7s'));
  const changed = reload();
  await proxy.metrics();
  writeFileSync(proxy.file, proxy.config);
  await Promise.all([changed, reload()]);
  expect(await proxy.ask('/api/v1/config')).toMatchObject({ mirror: { timeout: 1_000 } });
  expect(await stage.end()).toBe(0);
});
