/** Where a value was written. Lines and columns count from 1; a `line` of 0: not in a file, but in a flag or a variable. */
export interface Position {
  /** A file, a flag such as `--listen`, or a variable such as `UNDERSTUDY_LISTEN`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Something wrong (or, as a warning, doubtful) with the configuration: what it is, what was found, what is allowed. */
export interface Problem extends Position {
  readonly message: string;
  /** Absent: `config_invalid`. `unread`: a file could not be opened for want of descriptors, so that nobody knows what is in it. */
  readonly code?: 'admin_unprotected' | 'unread';
}

export function formatProblem(problem: Problem): string {
  const { file, line, column, message } = problem;
  return line === 0 ? `${file}: ${message}` : `${file}:${line}:${column}: ${message}`;
}

const isOutsideOfFiles = ({ file }: Position) => file.startsWith('UNDERSTUDY_') || file.startsWith('--');

/** Problems in the order in which a reader of the file meets them; those of flags and variables first, each by itself. */
export function inReadingOrder(problems: readonly Problem[]): Problem[] {
  const bySource = [...Map.groupBy(problems, ({ file }) => file).values()];
  return bySource
    .toSorted(([one], [other]) => Number(isOutsideOfFiles(other!)) - Number(isOutsideOfFiles(one!)))
    .flatMap((each) => each.toSorted((one, other) => one.line - other.line || one.column - other.column));
}
