/** What a command's exit code says to scripts. */
export const EXIT = {
  good: 0,
  /** Wrong usage or configuration. */
  usage: 2,
} as const;
