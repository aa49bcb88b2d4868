const NOBODY = 65534;

/** Runs something without the rights of root; where the test has none, as it is. */
export async function asNobody(act: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return act();
  const group = process.getegid!();
  process.setegid!(NOBODY);
  process.seteuid!(NOBODY);
  try {
    await act();
  } finally {
    process.seteuid!(0);
    process.setegid!(group);
  }
}
