import { setTimeout as delay } from 'node:timers/promises';
import type { Behaviour } from '../target.ts';
import type { Fault, Visible } from './fault.ts';

function misbehaving(victim: 'primary' | 'shadow' | 'control', behaviour: Behaviour, visible: Visible = {}): Fault {
  return {
    name: `${victim} ${behaviour}`,
    victim,
    visible,
    harm: async (stage, ms) => {
      await stage[victim].behave(behaviour);
      await delay(ms);
      await stage[victim].behave('well');
    },
  };
}

const ILL = ['slow', 'hanging', 'resetting', 'cutting', 'closing', 'garbage', 'endless', 'differing', 'away'] as const;
const BAD_GATEWAY = { statuses: [502] };

export const TARGET_FAULTS: readonly Fault[] = [
  ...ILL.map((how) => misbehaving('shadow', how)),
  ...ILL.map((how) => misbehaving('control', how)),
  misbehaving('primary', 'slow', { late: true }),
  misbehaving('primary', 'hanging', { statuses: [502, 504], late: true }),
  misbehaving('primary', 'resetting', BAD_GATEWAY),
  misbehaving('primary', 'cutting', { cut: true, ...BAD_GATEWAY }),
  // A request that finds its connection closed is sent once more, if it may be.
  misbehaving('primary', 'closing', BAD_GATEWAY),
  misbehaving('primary', 'garbage', BAD_GATEWAY),
  misbehaving('primary', 'away', BAD_GATEWAY),
];
