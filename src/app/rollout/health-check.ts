import { isIP } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { Agent } from 'undici';
import type { Target } from '../../config/target-types.ts';
import type { RolloutConfig } from '../../config/types.ts';
import { bracketed } from '../../lib/host.ts';
import type { HealthStatus } from '../../results/rollout-status.ts';

type Settings = NonNullable<RolloutConfig['trip']['health']>;

/** Asks the candidate again and again whether it is well, from its creation until it is stopped. */
export class HealthCheck {
  readonly #target: Target;
  readonly #settings: Settings;
  readonly #onFailed: (reason: string) => void;
  #failures = 0;
  #wrong: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /** @param onFailed called with the reason after each failure that is at least the configured number in a row. */
  constructor(target: Target, settings: Settings, onFailed: (reason: string) => void) {
    this.#target = target;
    this.#settings = settings;
    this.#onFailed = onFailed;
    void this.#check();
  }

  /** Whether it is this that it asks. */
  asks(target: Target, settings: Settings): boolean {
    return isDeepStrictEqual([this.#target, this.#settings], [target, settings]);
  }

  get status(): HealthStatus {
    return { failures: this.#failures, ...(this.#wrong !== undefined && { wrong: this.#wrong }) };
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #check(): Promise<void> {
    const { path, interval, failures } = this.#settings;
    this.#timer = setTimeout(() => void this.#check(), interval);
    const wrong = await ask(this.#target, path, interval);
    if (this.#stopped) return;
    this.#wrong = wrong;
    this.#failures = wrong === undefined ? 0 : this.#failures + 1;
    if (this.#failures >= failures)
      this.#onFailed(`the health check of the candidate (${path}) failed ${this.#failures} times in a row: ${wrong}`);
  }
}

/** What is wrong; undefined if all is well. Never rejects. */
async function ask(target: Target, path: string, timeout: number): Promise<string | undefined> {
  let dispatcher: Agent | undefined;
  try {
    const { Agent, request } = await import('undici');
    // Each check makes a connection of its own, so that it sees what a new user would see.
    dispatcher = new Agent({ connect: { ...connecting(target), timeout } });
    const { protocol, host, port, prefix = '', hostHeader, headers } = target;
    const { statusCode, body } = await request(`${protocol}://${bracketed(host)}:${port}${prefix}${path}`, {
      headers: { 'user-agent': 'understudy', ...headers.set, ...(hostHeader !== undefined && { host: hostHeader }) },
      dispatcher,
      signal: AbortSignal.timeout(timeout),
    });
    body.on('error', () => {}).destroy();
    return statusCode >= 200 && statusCode < 300 ? undefined : `it answers ${statusCode}`;
  } catch (error) {
    const { name, code } = error as { readonly name?: string; readonly code?: string };
    return name === 'TimeoutError' ? `no answer within ${timeout} ms` : (code ?? name ?? 'unknown');
  } finally {
    dispatcher?.destroy().catch(() => {});
  }
}

function connecting({ socketPath, host, tls }: Target) {
  const { ca, identity, serverName, insecure } = tls ?? {};
  return {
    ...(socketPath !== undefined && { socketPath }),
    ...(ca !== undefined && { ca }),
    ...(identity && { cert: identity.cert, key: identity.key }),
    servername: serverName ?? (isIP(host) === 0 ? host : ''),
    rejectUnauthorized: insecure !== true,
  };
}
