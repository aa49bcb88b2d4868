/**
 * Makes calls of an act come one after the other: a call begins it at once, and calls that come while it runs share one
 * more run behind it. So no run misses what was there when it was called for, and a flood of calls makes no queue.
 */
export function coalesced<T>(act: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  let next: Promise<T> | undefined;
  const run = (): Promise<T> => {
    next = undefined;
    const own = act().finally(() => {
      if (running === own) running = undefined;
    });
    running = own;
    return own;
  };
  return () => {
    if (next !== undefined) return next;
    if (running === undefined) return run();
    next = running.then(run, run);
    return next;
  };
}
