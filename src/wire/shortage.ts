/**
 * Resources that this process or its machine can run out of. A connection that fails for lack of one says nothing about
 * the target. The codes are those of connect(2) and socket(2).
 */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['EMFILE', 'no descriptors are left to this process (RLIMIT_NOFILE)'],
  ['ENFILE', 'no descriptors are left on this machine'],
  ['EADDRNOTAVAIL', 'no local address or port is left for the connection on this machine'],
  ['ENOBUFS', 'no buffers are left on this machine'],
  ['ENOMEM', 'no memory is left on this machine'],
]);

/** What is used up, in words; undefined for any other error. */
export function shortageOf(error: Error): string | undefined {
  if (!(error instanceof AggregateError)) return WORDS.get((error as NodeJS.ErrnoException).code ?? '');
  const words = error.errors.map((each) => shortageOf(each as Error));
  return words.includes(undefined) ? undefined : words[0];
}

export function isShortage(error: Error): boolean {
  return shortageOf(error) !== undefined;
}
