import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../../../test/support/random.ts';
import type { Stage } from '../stage.ts';
import { type Fault, repeatedly } from './fault.ts';

/** Changes the file again and again, and puts back what was in it. */
function changing(name: string, every: number, change: (stage: Stage, random: Random) => unknown): Fault {
  return {
    name,
    victim: 'configuration',
    harm: async (stage, ms, random) => {
      await repeatedly(every, ms, () => change(stage, random));
      const { file, config } = stage.proxy;
      rmSync(file, { force: true });
      writeFileSync(file, config);
    },
  };
}

/** A good one that changes nothing for clients. */
const other = ({ proxy }: Stage, random: Random) =>
  proxy.config.replace('timeout: 1s', `timeout: ${1_000 + random.below(500)}ms`);

export const CONFIGURATION_FAULTS: readonly Fault[] = [
  changing('reloads', 100, (stage, random) => writeFileSync(stage.proxy.file, other(stage, random))),
  changing('reloads twenty times a second', 50, (stage, random) => {
    writeFileSync(stage.proxy.file, other(stage, random));
    stage.proxy.child.kill('SIGHUP');
  }),
  changing('configurations edited twice in 50 ms', 300, async (stage, random) => {
    // Half of a file that is cut in a port would be a good one with another target, should somebody ask for a reload.
    const { file, config } = stage.proxy;
    writeFileSync(file, `${config.slice(0, random.below(config.length))}\nshado: [\n`);
    await delay(random.below(50));
    writeFileSync(stage.proxy.file, other(stage, random));
  }),
  changing('broken configurations', 250, ({ proxy }, random) =>
    writeFileSync(proxy.file, random.oneIn(2) ? proxy.config : `${proxy.config}shado: [\n`),
  ),
  changing('a configuration that is not there', 250, ({ proxy }, random) => {
    if (random.oneIn(2)) writeFileSync(proxy.file, proxy.config);
    else rmSync(proxy.file, { force: true });
  }),
  changing('a configuration that is a link to ever another file', 200, (stage, random) => {
    const next = join(stage.folder, `understudy-${random.below(3)}.yaml`);
    writeFileSync(next, other(stage, random));
    rmSync(`${stage.proxy.file}.new`, { force: true });
    symlinkSync(next, `${stage.proxy.file}.new`);
    renameSync(`${stage.proxy.file}.new`, stage.proxy.file);
  }),
];
