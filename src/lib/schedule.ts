/** Runs something every so many milliseconds until the returned function is called. Passed in, so that tests decide when. */
export type Every = (milliseconds: number, run: () => void) => () => void;

export const systemEvery: Every = (milliseconds, run) => {
  const timer = setInterval(run, milliseconds);
  return () => clearInterval(timer);
};
