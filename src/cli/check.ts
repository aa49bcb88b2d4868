import { loadConfig } from '../app/load-config.ts';
import { formatProblem } from '../config/problem.ts';
import type { Config, ServiceConfig } from '../config/types.ts';
import { FILE_VARIABLE, unknownVariables, variablesSet } from '../config/variables.ts';
import { plural } from '../lib/figures.ts';
import { UnderstudyError } from '../model/errors.ts';
import { DEFAULT_SERVICE, NO_SERVICE } from '../model/service.ts';
import { EXIT } from './exit.ts';
import { readArguments, wrongUsage } from './flags.ts';
import type { Io } from './io.ts';

const FORMS = {
  config: { type: 'string', short: 'c' },
  help: { type: 'boolean', short: 'h' },
} as const;

const USAGE = `Usage: understudy check [-c] FILE

Reads the configuration as serve would, with the same environment, and prints what is wrong with it, and where:
in the file, or in which variable. FILE may be omitted if UNDERSTUDY_* variables say everything.
Exit code: 0 if it can be served, 2 if not.
`;

/** Resolves to the exit code. Problems and warnings go to stderr, one a line; the summary to stdout. */
export async function check(argv: readonly string[], { stdout, stderr, env, now }: Io): Promise<number> {
  let asked: { readonly file?: string } | 'help';
  try {
    asked = readFile(argv, env);
  } catch (error) {
    if (!(error instanceof UnderstudyError)) throw error;
    stderr.write(wrongUsage('check', error));
    return EXIT.usage;
  }
  if (asked === 'help') {
    stdout.write(USAGE);
    return EXIT.good;
  }
  const result = loadConfig({ ...asked, env, now });
  for (const problem of result.ok ? result.warnings : result.problems) {
    stderr.write(`${result.ok ? 'warning: ' : ''}${formatProblem(problem)}\n`);
  }
  if (!result.ok) {
    if (result.unfinished) stderr.write('Some checks need what was rejected: check again when this is mended.\n');
    return EXIT.usage;
  }
  stdout.write(`${sources(asked.file, env)}: good; ${summary(result.config)}\n`);
  return EXIT.good;
}

const NONE: ReadonlySet<string> = new Set();

/** The file may be given alone, after its usual flag, or by the environment. */
function readFile(argv: readonly string[], env: Io['env']): { readonly file?: string } | 'help' {
  const { flags, operands } = readArguments(argv, FORMS);
  if (flags.has('help')) return 'help';
  const flag = flags.get('config');
  const files = flag === undefined ? operands : [flag, ...operands];
  if (files.length === 1) return { file: files[0]! };
  if (files.length > 1) throw new UnderstudyError('usage', `found ${files.length} files; allowed: one`);
  const isByEnvironment = env[FILE_VARIABLE] || variablesSet(env).length > 0 || unknownVariables(env, NONE).length > 0;
  if (isByEnvironment) return {};
  throw new UnderstudyError('usage', 'found neither a file nor a variable UNDERSTUDY_*; allowed: one file');
}

/** The sources of the configuration: the file, and variables, which override it. */
function sources(file: string | undefined, env: Io['env']): string {
  return [file ?? (env[FILE_VARIABLE] || []), ...variablesSet(env)].flat().join(', ');
}

function summary({ routes, services }: Config): string {
  const counted = plural(routes.filter(({ service }) => service !== NO_SERVICE).length, 'route');
  const [only] = services;
  if (services.length === 1 && only!.name === DEFAULT_SERVICE) return `${counted}, ${targets(only!)}`;
  return `${counted}, ${plural(services.length, 'service')}: ${services.map((each) => `${each.name} (${targets(each)})`).join(', ')}`;
}

function targets({ primary, shadow, control }: ServiceConfig): string {
  return [
    `primary ${primary.url}`,
    shadow === undefined ? 'no shadow' : `shadow ${shadow.url}`,
    ...(control === undefined ? [] : [`control ${control.url}`]),
  ].join(', ');
}
