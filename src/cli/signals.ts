/**
 * Signals from the first line of the program on. Loading takes a while, in which SIGHUP would kill the process and, as
 * the first process of a container, SIGTERM would be lost: what comes then is kept until there is somebody to hear it.
 */

const HEARD = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * Other servers open their logs anew or replace themselves by these; who sends one to this process by habit is not to end
 * it. Nor is SIGUSR1 to open Node's debugger, to which everybody on the machine could connect.
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
  /** SIGTERM comes from an orchestrator, whose balancers need a while to notice; Ctrl-C from a person, who doesn't. */
  readonly stop: (how: 'gently' | 'now') => void;
  /** A second signal asks for an end at once. */
  readonly abort: () => void;
  readonly hangUp: () => void;
}

/** Hears of all signals from now on, and of those that were kept. */
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
