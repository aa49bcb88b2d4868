import { loadConfig } from '../app/load-config.ts';
import { formatProblem } from '../config/problem.ts';
import type { Config } from '../config/types.ts';
import { plural } from '../lib/figures.ts';
import { UnderstudyError } from '../model/errors.ts';
import { EXIT } from './exit.ts';
import { readArguments } from './flags.ts';
import type { Io } from './io.ts';

const FORMS = {
  config: { type: 'string', short: 'c' },
  help: { type: 'boolean', short: 'h' },
} as const;

const USAGE = `Usage: understudy check [-c] FILE

Reads the configuration as serve would, with the same environment, and prints all that is wrong with it.
Exit code: 0 when it can be served, 2 when not.
`;

/** Resolves to the exit code. Problems and warnings go to stderr, one a line; the summary to stdout. */
export async function check(argv: readonly string[], { stdout, stderr, env, now }: Io): Promise<number> {
  let file: string | undefined;
  try {
    file = readFile(argv);
  } catch (error) {
    if (!(error instanceof UnderstudyError)) throw error;
    stderr.write(`check: ${error.message}\n\n${USAGE}`);
    return EXIT.usage;
  }
  if (file === undefined) {
    stdout.write(USAGE);
    return EXIT.good;
  }
  const result = loadConfig({ file, env, now });
  for (const problem of result.ok ? result.warnings : result.problems) {
    stderr.write(`${result.ok ? 'warning: ' : ''}${formatProblem(problem)}\n`);
  }
  if (!result.ok) return EXIT.usage;
  stdout.write(`${file}: good; ${summary(result.config)}\n`);
  return EXIT.good;
}

/** The file may stand alone, or after the flag that it has with the other commands. Undefined where help is asked for. */
function readFile(argv: readonly string[]): string | undefined {
  const { flags, operands } = readArguments(argv, FORMS);
  if (flags.has('help')) return undefined;
  const flag = flags.get('config');
  const files = flag === undefined ? operands : [flag, ...operands];
  if (files.length === 1) return files[0]!;
  throw new UnderstudyError('usage', `found ${files.length} files; allowed: one`);
}

function summary({ routes, primary, shadow, control }: Config): string {
  const targets = [
    `primary ${primary.url}`,
    `shadow ${shadow.url}`,
    ...(control === undefined ? [] : [`control ${control.url}`]),
  ];
  return `${plural(routes.length, 'route')}, ${targets.join(', ')}`;
}
