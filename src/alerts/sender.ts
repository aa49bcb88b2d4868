import type { Clock } from '../lib/clock.ts';
import type { Posted } from './post.ts';

/** Milliseconds before the second attempt; doubled with each further one, up to the longest. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;

/** What became of a post. `again`: the message is kept, and posted again later. */
export type Attempt =
  | { readonly result: 'sent' }
  | {
      readonly result: 'again' | 'failed';
      /** Why the webhook does not have it. */
      readonly reason: string;
      /** Posts of this message so far. */
      readonly attempts: number;
    };

/** A message that would have to be posted again, and why. */
interface Unsent<Message> {
  readonly message: Message;
  readonly reason: string;
}

export interface SenderOptions<Message> {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Takes the next message; undefined where there is none. `due`: only what should be sent by now. */
  readonly next: (which: 'due' | 'any') => Message | undefined;
  /** Posts once; never rejects. */
  readonly post: (message: Message) => Promise<Posted>;
  readonly mostAttempts: number;
  readonly onAttempt: (message: Message, attempt: Attempt) => void;
}

/**
 * Posts messages one at a time and in order: each again after ever longer pauses, until the webhook takes it, refuses it
 * for good, or has failed too often. Nobody waits for it.
 */
export class Sender<Message> {
  readonly #options: SenderOptions<Message>;
  #message: Message | undefined;
  #attempts = 0;
  #notBefore = 0;
  #posting: Promise<unknown> | undefined;

  constructor(options: SenderOptions<Message>) {
    this.#options = options;
  }

  /** What it tries to post. */
  get message(): Message | undefined {
    return this.#message;
  }

  /** Must be called about every second: sends what is due. */
  tick(): void {
    const { clock, next } = this.#options;
    if (this.#posting !== undefined || clock.monotonic() < this.#notBefore) return;
    this.#message ??= next('due');
    if (this.#message === undefined) return;
    this.#posting = this.#post(this.#message).finally(() => {
      this.#posting = undefined;
    });
  }

  /** Ends. Resolves after the end of the post that is under way, to the message that has to be posted again. */
  async leave(): Promise<Message | undefined> {
    await this.#posting;
    return this.#message;
  }

  /** Ends: tries once to post everything that is there, up to the first failure. */
  async close(): Promise<Unsent<Message> | undefined> {
    await this.#posting;
    const { next } = this.#options;
    for (;;) {
      this.#message ??= next('any');
      if (this.#message === undefined) return undefined;
      const message = this.#message;
      const attempt = await this.#post(message);
      if (attempt.result === 'again') return { message, reason: attempt.reason };
      if (attempt.result === 'failed') return undefined;
    }
  }

  async #post(message: Message): Promise<Attempt> {
    const { post, clock, onAttempt } = this.#options;
    const attempt = this.#judge(await post(message));
    if (attempt.result === 'again') {
      this.#notBefore = clock.monotonic() + Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt.attempts - 1));
    } else {
      this.#message = undefined;
      this.#attempts = 0;
    }
    onAttempt(message, attempt);
    return attempt;
  }

  #judge(posted: Posted): Attempt {
    const attempts = ++this.#attempts;
    if (posted.ok) return { result: 'sent' };
    const goesOn = posted.again && attempts < this.#options.mostAttempts;
    return { result: goesOn ? 'again' : 'failed', reason: posted.reason, attempts };
  }
}
