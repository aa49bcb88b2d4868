/** Into so many parts a time is divided: each passes at most once, however long this process is stopped meanwhile. */
const PARTS = 10;

/**
 * Calls `act` when this process has been awake for so many milliseconds. Time in which it was stopped does not count:
 * those that it waits for may have been stopped with it.
 *
 * @returns cancels the call
 */
export function afterAwake(milliseconds: number, act: () => void): () => void {
  let left = PARTS;
  const timer = setInterval(() => {
    left--;
    if (left > 0) return;
    clearInterval(timer);
    act();
  }, milliseconds / PARTS);
  return () => clearInterval(timer);
}
