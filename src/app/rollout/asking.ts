import type { RolloutConfig } from '../../config/types.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Step } from '../../rollout/lifecycle.ts';
import type { RolloutHooks } from './hooks.ts';

/** Milliseconds until the verdict has a webhook asked again. */
const ASKED_EVERY = 30_000;

interface Question {
  readonly step: Step;
  readonly dropped: AbortController;
}

/** What the webhook before a step is asked, one step at a time. */
export class Asking {
  readonly #hooks: RolloutHooks;
  readonly #clock: Pick<Clock, 'monotonic'>;
  #open: Question | undefined;
  #askedAt = -Infinity;

  constructor(hooks: RolloutHooks, clock: Pick<Clock, 'monotonic'>) {
    this.#hooks = hooks;
    this.#clock = clock;
  }

  /** The step that the webhook is being asked about. */
  get step(): Step | undefined {
    return this.#open?.step;
  }

  /** The verdict does not ask again at once: each look would. */
  get wasJustAsked(): boolean {
    return this.#clock.monotonic() - this.#askedAt < ASKED_EVERY;
  }

  /** Why the step must not begin; undefined if it may. Never rejects. */
  async ask(hooks: RolloutConfig['hooks'], step: Step): Promise<string | undefined> {
    const question = { step, dropped: new AbortController() };
    this.#askedAt = this.#clock.monotonic();
    this.#open = question;
    const refused = await this.#hooks.before(hooks, step, question.dropped.signal);
    if (this.#open === question) this.#open = undefined;
    return refused;
  }

  /** Nobody waits for the answer any more. */
  drop(): void {
    this.#open?.dropped.abort();
    this.#open = undefined;
  }
}
