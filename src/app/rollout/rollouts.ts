/** The rollouts of all services. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../../config/types.ts';
import { ServingWeights } from '../../edge/serving-weights.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Every } from '../../lib/schedule.ts';
import type { RolloutChange, Seat, Seats } from '../../model/rollout.ts';
import type { RouteRow } from '../../model/route.ts';
import { expectedInWords } from '../../results/expected.ts';
import type { RolloutCommandResult, RolloutStatus } from '../../results/rollout-status.ts';
import type { VerdictReader } from '../../results/verdict.ts';
import { readVerdict, type ServiceVerdict } from '../../results/verdict.ts';
import type { Command } from '../../rollout/lifecycle.ts';
import type { Lane } from '../lane.ts';
import type { Configured } from './configured.ts';
import type { HistoryOptions } from './history.ts';
import { ServiceRollout } from './service-rollout.ts';
import type { JudgePairs, StepOptions } from './step.ts';

export interface RolloutsOptions {
  readonly store: HistoryOptions['store'] & VerdictReader;
  /** Shared with the edge threads (see edge/serving-weights.ts). */
  readonly weights: SharedArrayBuffer;
  readonly lanes: readonly Pick<Lane, 'counts'>[];
  readonly rehearse: StepOptions['rehearse'];
  readonly present: StepOptions['present'];
  readonly onChange: (change: RolloutChange) => void;
  readonly clock: Clock;
  readonly every: Every;
  readonly log: Logger;
}

/** Milliseconds between two looks: a trip acts within this time, and the time the store may take. */
const LOOK = 100;

/** Milliseconds that a reload waits for the store. */
const PATIENCE = 1_000;

const LATE =
  'the configuration is in force but for what it changes of rollouts: that waits for the store, and takes effect as soon as the store has it';

/** Another configuration, of which the threads know nothing yet. */
export interface PreparedRollouts {
  /** The threads must get these together with it. */
  readonly seats: Seats;
  /** Must be called when all threads have it. Never rejects. */
  readonly enter: () => Promise<void>;
}

export class Rollouts {
  readonly #options: RolloutsOptions;
  readonly #weights: ServingWeights;
  readonly #services = new Map<string, ServiceRollout>();
  /** By slot, the service that is counted there; a service keeps its slot as long as it has a rollout. */
  readonly #slots: (string | undefined)[] = [];
  #stop = () => {};

  constructor(options: RolloutsOptions) {
    this.#options = options;
    this.#weights = new ServingWeights(options.weights);
  }

  /** Reads where they were, and goes on from there. Never rejects. */
  async start(config: Config, rows: readonly RouteRow[]): Promise<void> {
    await this.#enter(configuredIn(config, rows));
    this.#stop = this.#options.every(LOOK, () => {
      for (const rollout of this.#services.values()) rollout.look();
    });
  }

  /** Must be called before the threads get the configuration. `rows`: of its routes. */
  prepare(config: Config, rows: readonly RouteRow[]): PreparedRollouts {
    const configured = configuredIn(config, rows);
    const seats = new Map<string, Seat>();
    for (const [name, rollout] of this.#services) {
      const next = configured.get(name);
      if (next === undefined) rollout.prepareRemoval();
      else seats.set(name, rollout.prepare(next));
    }
    return { seats, enter: () => this.#enterSoon(configured) };
  }

  /** `service`: needed where there are several. */
  async command(
    service: string | undefined,
    command: Command,
    by: string,
    reason: string,
    revision?: number,
  ): Promise<RolloutCommandResult | 'no_such_rollout'> {
    const [only, ...others] = this.#services.keys();
    const name = service ?? (others.length === 0 ? only : undefined);
    const rollout = name === undefined ? undefined : this.#services.get(name);
    return rollout === undefined ? 'no_such_rollout' : rollout.command(command, by, reason, revision);
  }

  get status(): readonly RolloutStatus[] {
    return [...this.#services.values()].map((rollout) => rollout.status);
  }

  history(limit: number, service?: string): Promise<readonly RolloutChange[]> {
    return this.#options.store.rollouts(limit, service);
  }

  close(): void {
    this.#stop();
    for (const rollout of this.#services.values()) rollout.close();
  }

  /** Nothing else waits for a store that hangs. */
  async #enterSoon(configured: ReadonlyMap<string, Configured>): Promise<void> {
    const patience = new AbortController();
    const late = delay(PATIENCE, 'late' as const, { signal: patience.signal });
    const end = await Promise.race([this.#enter(configured), late]);
    patience.abort();
    if (end === 'late') this.#options.log.warn(LATE);
  }

  async #enter(configured: ReadonlyMap<string, Configured>): Promise<void> {
    const gone = [...this.#services.keys()].filter((name) => !configured.has(name));
    await Promise.all(gone.map((name) => this.#remove(name)));
    await Promise.all([...configured.values()].map((each) => this.#enterOne(each)));
  }

  async #enterOne(configured: Configured): Promise<void> {
    const { name } = configured.service;
    const known = this.#services.get(name);
    if (known !== undefined) return known.enter(configured);
    const { store, lanes, rehearse, present, onChange, clock, log } = this.#options;
    const counts = lanes.map((lane) => lane.counts.read());
    const ledgers = { arms: counts.map(({ arms }) => arms), buckets: counts.map(({ buckets }) => buckets) };
    const judge: JudgePairs = async (service, rehearsal, alpha) =>
      judged(store, { service, rehearsal, alpha, now: clock.wall() });
    const weights = this.#weights;
    const surroundings = { store, ledgers, weights, rehearse, present, judge, onChange, clock, log };
    const rollout = new ServiceRollout(surroundings, this.#slotFor(name), configured);
    this.#services.set(name, rollout);
    await rollout.restore();
  }

  async #remove(name: string): Promise<void> {
    await this.#services.get(name)!.remove();
    this.#services.delete(name);
    this.#slots[this.#slots.indexOf(name)] = undefined;
  }

  #slotFor(name: string): number {
    const free = this.#slots.indexOf(undefined);
    const slot = free === -1 ? this.#slots.length : free;
    this.#slots[slot] = name;
    return slot;
  }
}

/** By service. */
function configuredIn(
  { services, routes, verdict }: Config,
  rows: readonly RouteRow[],
): ReadonlyMap<string, Configured> {
  const configured = new Map<string, Configured>();
  for (const service of services) {
    const { rollout, name } = service;
    if (rollout === undefined) continue;
    const takesPart = routes.map((route) => route.service === name && route.candidateMayServe !== 'nothing');
    configured.set(name, { service, rollout, verdict, rows: rows.filter((_, index) => takesPart[index]) });
  }
  return configured;
}

interface Judging {
  readonly service: string;
  readonly rehearsal: string;
  readonly alpha: number;
  readonly now: number;
}

async function judged(store: VerdictReader, { service, rehearsal, alpha, now }: Judging): ReturnType<JudgePairs> {
  const all = await readVerdict(store, { service, rehearsal, now, overrides: { alpha } }).catch(() => undefined);
  const [found] = all?.services ?? [];
  if (found === undefined) return undefined;
  const { verdict, exchanges, faults } = found;
  // Where copies were lost but none was compared, there is a fault beside the lack of data.
  const compared = exchanges > 0 || faults.some(({ name }) => name !== 'no_data');
  return { verdict, reasons: verdict === 'pass' ? found.reasons : reasonsAgainst(found), compared, exchanges };
}

/** Without what was found on routes that pass, and what is expected: neither stands against a pass. */
export function reasonsAgainst({
  reasons,
  routes,
  expected,
}: Pick<ServiceVerdict, 'reasons' | 'routes' | 'expected'>): readonly string[] {
  const passed = routes.filter(({ verdict }) => verdict === 'pass').flatMap((route) => route.reasons);
  const harmless = new Set([...passed, ...expected.map(expectedInWords)]);
  return reasons.filter((reason) => !harmless.has(reason));
}
