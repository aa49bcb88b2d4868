/** A command's view of the process. */
export interface Io {
  readonly stdout: Output & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970, when the command was given. */
  readonly now: number;
}

interface Output {
  write(text: string): unknown;
}
