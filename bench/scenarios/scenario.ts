import type { Chart } from '../harness/chart.ts';
import type { Goal } from '../harness/goal.ts';
import type { Peer } from '../peers/peer.ts';

export interface Scenario {
  readonly name: string;
  readonly about: string;
  /** Programs without which it can't be run. */
  readonly needs: readonly string[];
  run(bench: Bench): Promise<Findings>;
}

/** What a scenario is given. */
export interface Bench {
  readonly rounds: number;
  /** Length of one round's load. */
  readonly seconds: number;
  /** Requests per second, where a scenario has a fixed rate. */
  readonly rate: number;
  /** The cores of the proxy under test. */
  readonly cores: readonly number[];
  /** For configs, stores and logs; removed at the end. */
  readonly folder: string;
  /** Whether this peer is to be measured. */
  includes(peer: Peer): boolean;
  /** Says how far it has come; not part of the result. */
  progress(text: string): void;
}

export interface Findings {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly goals: readonly Goal[];
  /** What a reader must know to read the table rightly. */
  readonly notes: readonly string[];
  /** For --svg. */
  readonly chart?: Chart;
  /** The figures themselves, for --json. */
  readonly figures: unknown;
}
