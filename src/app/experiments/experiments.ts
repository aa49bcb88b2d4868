/** Experiments in main: who saw which arm, and what users did, on their way to the store; and what it shows. */
import type { Logger } from 'pino';
import type { EventsTaken, UserEvent } from '../../admin/dependencies.ts';
import type { Config } from '../../config/types.ts';
import type { Clock } from '../../lib/clock.ts';
import type { ArmCount, ExperimentActivity, Outcome } from '../../model/experiment.ts';
import { userKeys } from '../../model/user-key.ts';
import type { Recorder } from '../../record/recorder.ts';
import { ExperimentWatch, type WatchOptions } from './watch.ts';

export interface ExperimentsOptions {
  readonly config: Config;
  /** From which the key of the users' hashes is made (see model/user-key.ts). */
  readonly secret: Uint8Array;
  readonly recorder: Pick<Recorder, 'acceptUsers' | 'roomForUsers' | 'state'>;
  readonly store: WatchOptions['store'];
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
}

/** Milliseconds between two warnings of what edge threads could not keep. */
const WARNING_PAUSE = 60_000;

/** A goal that counts events. */
interface EventGoal {
  readonly service: string;
  readonly experiment: string;
  readonly goal: string;
}

/** `dropped`: exposures and outcomes that were lost because too many waited. */
export type ExperimentCounts = Pick<ExperimentActivity, 'dropped' | 'unreadable' | 'fallbacks'>;

export class Experiments {
  readonly watch: ExperimentWatch;
  readonly #options: ExperimentsOptions;
  readonly #keyOf: ReturnType<typeof userKeys>;
  /** By the name of the event. */
  #goals = new Map<string, readonly EventGoal[]>();
  /** What edge threads could not keep, since the start. */
  #lost = 0;
  #silentUntil = 0;
  #unreadable = 0;
  /** By service, experiment and arm. */
  readonly #fallbacks = new Map<string, ArmCount>();

  constructor(options: ExperimentsOptions) {
    const { config, secret, store, clock, log } = options;
    this.#options = options;
    this.#keyOf = userKeys(secret);
    this.watch = new ExperimentWatch({ store, clock, log });
    this.configure(config);
  }

  configure({ services }: Pick<Config, 'services'>): void {
    const goals = services.flatMap(({ name: service, experiments }) =>
      experiments.flatMap(({ name: experiment, goals: own }) =>
        own.flatMap(({ name: goal, source }) =>
          source.by === 'event' ? [{ event: source.event, service, experiment, goal }] : [],
        ),
      ),
    );
    this.#goals = Map.groupBy(goals, ({ event }) => event);
    this.watch.configure(services.some(({ experiments }) => experiments.length > 0));
  }

  /** Takes what an edge thread saw since it last told. */
  accept({ exposures, outcomes, dropped, unreadable, fallbacks }: ExperimentActivity): void {
    this.#lost += dropped;
    if (dropped > 0) this.#warnOfLost();
    this.#unreadable += unreadable;
    for (const each of fallbacks) this.#addFallbacks(each);
    if (exposures.length + outcomes.length > 0) this.#options.recorder.acceptUsers({ exposures, outcomes });
  }

  /** Takes what somebody else saw: all of it, or nothing where there is no room. */
  take(events: readonly UserEvent[]): EventsTaken | 'no_room' {
    const at = this.#options.clock.wall();
    const counted = events.map((event) => this.#outcomesOf(event, at));
    const outcomes = counted.flat();
    const { recorder } = this.#options;
    if (outcomes.length > recorder.roomForUsers) return 'no_room';
    recorder.acceptUsers({ exposures: [], outcomes });
    const unknown = events.filter((_, index) => counted[index]!.length === 0).map(({ name }) => name);
    return { accepted: events.length - unknown.length, unknown: [...new Set(unknown)] };
  }

  /** What edge threads and the recorder counted since the start. */
  get counts(): ExperimentCounts {
    return {
      dropped: this.#lost + this.#options.recorder.state.droppedUsers,
      unreadable: this.#unreadable,
      fallbacks: [...this.#fallbacks.values()],
    };
  }

  /** At most once a minute. */
  #warnOfLost(): void {
    const { clock, log } = this.#options;
    if (clock.monotonic() < this.#silentUntil) return;
    this.#silentUntil = clock.monotonic() + WARNING_PAUSE;
    const message =
      'more happened in experiments than an edge thread tells in a second: users are told of when they come again, outcomes are lost';
    log.warn({ lost: this.#lost }, message);
  }

  #addFallbacks(added: ArmCount): void {
    const key = `${added.service} ${added.experiment} ${added.arm}`;
    const before = this.#fallbacks.get(key)?.count ?? 0;
    this.#fallbacks.set(key, { ...added, count: before + added.count });
  }

  #outcomesOf({ user: id, name, value = 1, service: only }: UserEvent, at: number): Outcome[] {
    const goals = (this.#goals.get(name) ?? []).filter(({ service }) => (only ?? service) === service);
    if (goals.length === 0) return [];
    const user = this.#keyOf(id, 'utf8');
    return goals.map(({ service, experiment, goal }) => ({ service, experiment, goal, user, value, at }));
  }
}
