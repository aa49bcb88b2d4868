/**
 * Receives signals from the first line of the program on. While the program loads, SIGHUP would kill the process, and
 * SIGTERM would be lost if it is the first process of a container. So signals are kept until there is a listener.
 */

const HEARD = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * Other servers reopen their logs or replace themselves on these signals. Sent by habit, they must not end this
 * process. SIGUSR1 must not open Node's debugger either, because everybody on the machine could connect to it.
 */
const IGNORED = ['SIGUSR1', 'SIGUSR2'] as const;

type Signal = (typeof HEARD)[number];

const early: Signal[] = [];
let hear: (signal: Signal) => void = (signal) => void early.push(signal);

export function keepSignals(): void {
  for (const signal of HEARD) process.on(signal, () => hear(signal));
  for (const signal of IGNORED) process.on(signal, () => {});
}

export interface SignalHandlers {
  /**
   * SIGTERM comes from an orchestrator, whose load balancers need a while to notice; Ctrl-C from a person, who
   * doesn't.
   */
  readonly stop: (how: 'gently' | 'now') => void;
  /** A second signal asks for an end at once. */
  readonly abort: () => void;
  readonly hangUp: () => void;
}

/** Receives all signals from now on, and those that were kept. */
export function onSignals({ stop, abort, hangUp }: SignalHandlers): void {
  let asked = false;
  hear = (signal) => {
    if (signal === 'SIGHUP') {
      hangUp();
      return;
    }
    if (asked) abort();
    asked = true;
    stop(signal === 'SIGTERM' ? 'gently' : 'now');
  };
  for (const signal of early.splice(0)) hear(signal);
}
