import type { Logger } from 'pino';
import { placeOf, post } from '../../alerts/post.ts';
import type { RolloutConfig } from '../../config/types.ts';
import type { RolloutChange } from '../../model/rollout.ts';
import { type Step, weightInWords } from '../../rollout/lifecycle.ts';

/** What a webhook is sent. Weights are texts such as `5%`. */
interface Message {
  readonly service: string;
  readonly event: 'before' | 'after' | 'rollback';
  readonly action: string;
  readonly weight: string;
  readonly by: string;
  readonly reason: string;
}

/** The webhooks of one service's steps. */
export class RolloutHooks {
  readonly #service: string;
  readonly #log: Logger;

  constructor(service: string, log: Logger) {
    this.#service = service;
    this.#log = log;
  }

  /** Why the step must not begin; undefined if it may. `dropped`: nobody waits any more. Never rejects. */
  async before({ before }: RolloutConfig['hooks'], step: Step, dropped?: AbortSignal): Promise<string | undefined> {
    if (before === undefined) return undefined;
    const { action, weight, by, reason } = step;
    const message = { event: 'before', action, weight: weightInWords(weight), by, reason } as const;
    const posted = await this.#post(before, message, dropped);
    if (posted.ok && posted.status === 200) return undefined;
    const why = posted.ok ? `answers ${posted.status}` : posted.reason;
    return `the webhook before the step did not agree (${why}); only 200 lets it begin`;
  }

  /** Nothing waits for it. */
  told(hooks: RolloutConfig['hooks'], { action, by, reason, state }: RolloutChange): void {
    const event = state.phase === 'rolled_back' ? 'rollback' : 'after';
    const hook = hooks[event];
    if (hook === undefined) return;
    const weight = weightInWords(state.phase === 'canary' ? state.weight : state.phase);
    void this.#post(hook, { event, action, weight, by, reason }).then((posted) => {
      if (posted.ok) return;
      const facts = { service: this.#service, webhook: placeOf(hook), event, reason: posted.reason };
      this.#log.error(facts, 'a webhook of the rollout could not be told');
    });
  }

  #post(hook: NonNullable<RolloutConfig['hooks']['before']>, message: Omit<Message, 'service'>, dropped?: AbortSignal) {
    const body = JSON.stringify({ service: this.#service, ...message } satisfies Message);
    return post(hook, body, hook.timeout, dropped);
  }
}
