/**
 * The first SIGTERM or Ctrl-C asks for an orderly stop, a second one for an end at once. SIGTERM comes from an
 * orchestrator, whose balancers need a while to notice; Ctrl-C from a person, who doesn't.
 */
export function onStopSignal(stop: (how: 'gently' | 'now') => void, abort: () => void): void {
  let asked = false;
  const onSignal = (how: 'gently' | 'now') => () => {
    if (asked) abort();
    asked = true;
    stop(how);
  };
  process.on('SIGTERM', onSignal('gently'));
  process.on('SIGINT', onSignal('now'));
}
