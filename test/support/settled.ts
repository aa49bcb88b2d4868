/** Waits until many turns of the event loop change nothing any more. */
export async function settled(value: () => number): Promise<void> {
  let before = Number.NaN;
  while (value() !== before) {
    before = value();
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  }
}
