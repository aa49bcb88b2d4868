import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../../../test/support/random.ts';
import type { Stage } from '../stage.ts';

/** What a fault is done to. Nothing suffers two faults at once. */
export type Victim =
  | 'primary'
  | 'shadow'
  | 'control'
  | 'store'
  | 'configuration'
  | 'threads'
  | 'process'
  | 'clients'
  | 'operators';

/** What clients may see of a fault, beside exact responses in time; without any of these, they must notice nothing. */
export interface Visible {
  /** Local replies. */
  readonly statuses?: readonly number[];
  /** Connections that are refused, closed or reset. */
  readonly cut?: true;
  /** Responses may be late by as long as it lasts. */
  readonly late?: true;
}

export interface Fault {
  readonly name: string;
  readonly victim: Victim;
  readonly visible?: Visible;
  /** Meanwhile the admin address may not respond. */
  readonly blinds?: true;
  /** Whether it can be done on this machine. Everywhere, unless it says so. */
  possible?(): boolean;
  /** Does its harm for about `ms`, and undoes it. */
  harm(stage: Stage, ms: number, random: Random): Promise<void>;
}

/** Repeats something while the fault lasts. */
export async function repeatedly(every: number, ms: number, act: () => unknown): Promise<void> {
  for (const until = performance.now() + ms; performance.now() < until; await delay(every)) await act();
}
