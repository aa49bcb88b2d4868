import { loadConfig } from '../config/load.ts';
import { formatProblem } from '../config/problem.ts';
import type { Config } from '../config/types.ts';
import { UnderstudyError } from '../model/errors.ts';
import { readArguments } from './arguments.ts';
import { EXIT } from './exit.ts';

/** What a command sees of the process. */
export interface CheckIo {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly env: Readonly<Record<string, string | undefined>>;
}

const USAGE = `Usage: understudy check FILE

Reads the configuration as serve would, with the same environment, and prints all that is wrong with it.
Exit code: 0 when it can be served, 2 when not.
`;

/** Resolves to the exit code. Problems and warnings go to stderr, one a line; the summary to stdout. */
export async function check(argv: readonly string[], { stdout, stderr, env }: CheckIo): Promise<number> {
  const usageError = (message: string) => {
    stderr.write(`${message}\n\n${USAGE}`);
    return EXIT.usage;
  };
  let file: string | undefined;
  try {
    const { flags, operands } = readArguments(argv, { help: { type: 'boolean', short: 'h' } });
    if (flags.has('help')) {
      stdout.write(USAGE);
      return EXIT.good;
    }
    if (operands.length !== 1) return usageError(`check: found ${operands.length} arguments; allowed: one, the file`);
    file = operands[0]!;
  } catch (error) {
    if (error instanceof UnderstudyError) return usageError(error.message);
    throw error;
  }
  const result = loadConfig({ file, env });
  for (const problem of result.ok ? result.warnings : result.problems) {
    stderr.write(`${result.ok ? 'warning: ' : ''}${formatProblem(problem)}\n`);
  }
  if (!result.ok) return EXIT.usage;
  stdout.write(`${file}: good; ${summary(result.config)}\n`);
  return EXIT.good;
}

function summary({ routes, primary, shadow, control }: Config): string {
  const targets = [
    `primary ${primary.url}`,
    `shadow ${shadow.url}`,
    ...(control === undefined ? [] : [`control ${control.url}`]),
  ];
  return `${routes.length} ${routes.length === 1 ? 'route' : 'routes'}, ${targets.join(', ')}`;
}
