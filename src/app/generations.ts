/** Which configuration is in force, and why no newer one is. */
import equal from 'fast-deep-equal';
import type { Logger } from 'pino';
import type { ReloadResult } from '../admin/dependencies.ts';
import type { LoadResult } from '../config/load.ts';
import { formatProblem } from '../config/problem.ts';
import type { Config } from '../config/types.ts';
import { Notices } from '../edge/notices.ts';
import type { Clock } from '../lib/clock.ts';
import type { Failure } from './supervisor.ts';

/**
 * Milliseconds. If a thread begins to die repeatedly within this time after a reload, the new configuration is the
 * cause.
 */
const SOON = 10_000;

const UNREAD =
  'the configuration could not be read for lack of descriptors: the last good one stays in force, and it is read again once there are some';

export interface GenerationsOptions {
  readonly config: Config;
  /** Reads the configuration again. */
  readonly load: () => LoadResult;
  /** Whether the thread of that name still dies repeatedly. */
  readonly isFailing: (thread: string) => boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

export class Generations {
  readonly #options: GenerationsOptions;
  readonly #notices: Notices;
  #config: Config;
  #number = 1;
  #since = -Infinity;
  #loadedAt: number;
  /** What is wrong with the newest configuration; it is not in force then. */
  #refused: string | undefined;
  /** The failure since the present configuration came into force. */
  #failing: { readonly thread: string; readonly error: string } | undefined;

  constructor(options: GenerationsOptions) {
    const { config, clock, log } = options;
    this.#options = options;
    this.#config = config;
    this.#loadedAt = clock.wall();
    this.#notices = new Notices(({ level, message, facts }) => log[level](facts, message), clock);
  }

  get config(): Config {
    return this.#config;
  }

  /** When the configuration in force was put in force, in milliseconds since 1970. */
  get loadedAt(): number {
    return this.#loadedAt;
  }

  get number(): number {
    return this.#number;
  }

  /** Why the newest configuration is not in force, or what has failed since it came into force. */
  get error(): string | undefined {
    return this.#refused ?? this.#failing?.error;
  }

  /**
   * Reads the configuration again. A changed one is returned, to be entered or refused; otherwise the result of the
   * reload.
   */
  read(): Config | ReloadResult {
    const { load, log } = this.#options;
    const loaded = load();
    if (!loaded.ok) {
      const texts = loaded.problems.map(formatProblem);
      if (!loaded.problems.some(({ code }) => code === 'unread')) return this.refuse(texts);
      // Files that could not be opened count as changed until they can be, so this is called repeatedly until then.
      this.#notices.event('unread', { level: 'warn', message: UNREAD, facts: { problems: texts.join('\n') } });
      return { ok: false, problems: texts };
    }
    for (const warning of loaded.warnings) log.warn(formatProblem(warning));
    return equal(loaded.config, this.#config) ? this.#readTheSame() : loaded.config;
  }

  /** Puts the configuration that was read in force. */
  enter(config: Config): ReloadResult {
    this.#config = config;
    this.#refused = undefined;
    this.#failing = undefined;
    this.#number++;
    this.#loadedAt = this.#options.clock.wall();
    this.#since = this.#options.clock.monotonic();
    this.#options.log.info({ generation: this.#number }, 'the configuration was reloaded');
    return { ok: true, generation: this.#number };
  }

  refuse(problems: readonly string[]): ReloadResult {
    this.#refused = problems.join('\n');
    this.#options.log.error({ problems }, 'the configuration was not reloaded: the last good one stays in force');
    return { ok: false, problems };
  }

  onFailing({ thread, reason, since }: Failure): void {
    const after = since - this.#since;
    if (after < 0 || after > SOON) return;
    this.#failing = { thread, error: `since it is in force, ${thread} dies again and again: ${reason}` };
    const facts = { thread, generation: this.#number, reason };
    this.#options.log.error(facts, 'the configuration that was reloaded fails');
  }

  /** A bad file was reverted. A failure of the present configuration stays: reading it again does not fix it. */
  #readTheSame(): ReloadResult {
    const { isFailing, log } = this.#options;
    this.#refused = undefined;
    if (this.#failing !== undefined && !isFailing(this.#failing.thread)) this.#failing = undefined;
    const facts = { generation: this.#number, ...(this.#failing && { error: this.#failing.error }) };
    log.info(facts, 'the configuration was read again: nothing has changed');
    return this.#failing === undefined
      ? { ok: true, generation: this.#number }
      : { ok: false, problems: [this.#failing.error] };
  }
}
