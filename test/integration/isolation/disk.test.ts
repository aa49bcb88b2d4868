/** Disks on which the store can be written slowly, or no more, while clients ask. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Course } from '../../../bench/chaos/course.ts';
import { FAULTS } from '../../../bench/chaos/faults/all.ts';
import type { Fault } from '../../../bench/chaos/faults/fault.ts';
import { Stage } from '../../../bench/chaos/stage.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { mayMountDevices, mountFor, onBlockDevice } from '../../support/namespaces.ts';

const RATE = 100;
const PATIENT = { timeout: 60_000 };

/** Carries out one fault. Returns the lines of the log that complain. */
async function endured(stage: Stage, fault: Fault, ms: number): Promise<readonly string[]> {
  afterThisTest(() => stage.clear());
  const violation = await new Course(stage, RATE).run([{ fault, at: 500, ms, seed: 0 }]);
  expect(violation, stage.proxy.said).toBeUndefined();
  expect(await stage.end()).toBe(0);
  return stage.proxy.said.split('\n').filter((line) => /"level":"(warn|error)"/.test(line));
}

test('a disk that takes 500 ms for each write makes nobody wait, and loses nothing', PATIENT, async () => {
  const slow = FAULTS.find(({ name }) => name === 'a disk that takes 500 ms a write')!;
  expect(await endured(await Stage.start(), slow, 3_000)).toEqual([]);
});

/** As a system makes a disk read-only whose file system is damaged; then another one is put in its place. */
const readOnly: Fault = {
  name: 'a disk that becomes read-only',
  victim: 'store',
  harm: async (stage) => {
    const { proxy, folder } = stage;
    const pid = proxy.child.pid!;
    const degraded = async () => (await proxy.metrics()).sum('understudy_recorder_degraded');
    mountFor(pid, '-o', 'remount,abort', join(folder, 'disk'));
    while ((await degraded()) === 0) await pause(50);
    await pause(1_000);
    mountFor(pid, '-t', 'tmpfs', 'tmpfs', join(folder, 'disk'));
    while ((await degraded()) === 1) await pause(50);
    stage.lost = (await proxy.metrics()).requests;
  },
};

test.skipIf(!mayMountDevices())(
  'a disk that becomes read-only makes nobody wait, it is said once, and recording goes on once there is another',
  PATIENT,
  async () => {
    const stage = await Stage.start((folder) => onBlockDevice(folder, '16M'));
    const told = await endured(stage, readOnly, 0);
    expect(told.filter((line) => line.includes('the store fails'))).toEqual([
      expect.stringContaining('check the disk'),
    ]);
    expect(told.length).toBeLessThanOrEqual(3);
  },
);
