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

/** Milliseconds: a thread that begins to die again and again so soon after a reload dies of the new configuration. */
const SOON = 10_000;

const UNREAD =
  'the configuration could not be read for want of descriptors: the last good one stays in force, and it is read again once there are some';

export interface GenerationsOptions {
  readonly config: Config;
  /** Reads the configuration again. */
  readonly load: () => LoadResult;
  /** Whether a thread, by its name, is still dying again and again. */
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
  /** What is wrong with the newest configuration, which is not in force. */
  #refused: string | undefined;
  /** What fails since the present one is in force. */
  #failing: { readonly thread: string; readonly error: string } | undefined;

  constructor(options: GenerationsOptions) {
    const { config, clock, log } = options;
    this.#options = options;
    this.#config = config;
    this.#notices = new Notices(({ level, message, facts }) => log[level](facts, message), clock);
  }

  get config(): Config {
    return this.#config;
  }

  get number(): number {
    return this.#number;
  }

  /** Why the newest configuration is not in force, or what fails since it is. */
  get error(): string | undefined {
    return this.#refused ?? this.#failing?.error;
  }

  /** Reads the configuration again. One that is another is returned, to be entered or refused; else how it ended. */
  read(): Config | ReloadResult {
    const { load, log } = this.#options;
    const loaded = load();
    if (!loaded.ok) {
      const texts = loaded.problems.map(formatProblem);
      if (!loaded.problems.some(({ code }) => code === 'unread')) return this.refuse(texts);
      // Files that could not be opened count as changed once they can be, so this comes again and again until then.
      this.#notices.event('unread', { level: 'warn', message: UNREAD, facts: { problems: texts.join('\n') } });
      return { ok: false, problems: texts };
    }
    for (const warning of loaded.warnings) log.warn(formatProblem(warning));
    return equal(loaded.config, this.#config) ? this.#readTheSame() : loaded.config;
  }

  /** What was read is from now on in force. */
  enter(config: Config): ReloadResult {
    this.#config = config;
    this.#refused = undefined;
    this.#failing = undefined;
    this.#number++;
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

  /** A bad file was taken back. What fails is not mended by reading it again. */
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
