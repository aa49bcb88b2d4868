/** Where a value was written. Lines and columns count from 1; a `line` of 0 means a flag or a variable. */
export interface Position {
  /** A file, a flag such as `--listen`, or a variable such as `UNDERSTUDY_LISTEN`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** An error in the configuration, or a warning: what is wrong, what was found, what is allowed. */
export interface Problem extends Position {
  readonly message: string;
  /**
   * Absent: `config_invalid`. `unread`: a file could not be opened because no descriptors were left, so its content is
   * unknown.
   */
  readonly code?: 'admin_unprotected' | 'unread';
}

export function formatProblem(problem: Problem): string {
  const { file, line, column, message } = problem;
  return line === 0 ? `${file}: ${message}` : `${file}:${line}:${column}: ${message}`;
}

/** Compares two places of one file. */
export const inFileOrder = (one: Position, other: Position): number =>
  one.line - other.line || one.column - other.column;

const isOutsideOfFiles = ({ file }: Position) => file.startsWith('UNDERSTUDY_') || file.startsWith('--');

/** Problems in the order of the file, those of flags and variables first. */
export function inReadingOrder(problems: readonly Problem[]): Problem[] {
  const bySource = [...Map.groupBy(problems, ({ file }) => file).values()];
  return bySource
    .toSorted(([one], [other]) => Number(isOutsideOfFiles(other!)) - Number(isOutsideOfFiles(one!)))
    .flatMap((each) => each.toSorted(inFileOrder));
}
