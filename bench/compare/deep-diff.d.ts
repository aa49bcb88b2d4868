declare module 'deep-diff' {
  /** Undefined where nothing differs. */
  export function diff(left: unknown, right: unknown): readonly unknown[] | undefined;
}
