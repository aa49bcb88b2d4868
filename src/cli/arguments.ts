import type { LoadInput } from '../config/load.ts';
import { FLAG_NAMES, type FlagName } from '../config/sources.ts';
import { UnderstudyError } from '../model/errors.ts';
import { type FlagForms, listOf, readArguments } from './flags.ts';

const HELP_FORM = { help: { type: 'boolean', short: 'h' } } as const satisfies FlagForms;

const SERVE_FORMS: FlagForms = {
  config: { type: 'string', short: 'c' },
  ...Object.fromEntries(FLAG_NAMES.map((name) => [name, { type: 'string' as const }])),
  ...HELP_FORM,
  version: { type: 'boolean' },
};

export const SERVE_USAGE = `Usage: understudy serve [FLAGS]

  -c, --config FILE   the YAML file                       (UNDERSTUDY_CONFIG)
  --listen ADDR       where clients connect               (UNDERSTUDY_LISTEN, 0.0.0.0:8080)
  --admin ADDR        admin API, dashboard and metrics    (UNDERSTUDY_ADMIN, 127.0.0.1:9900)
  --primary URL       the production version              (UNDERSTUDY_PRIMARY, http://127.0.0.1:3000)
  --shadow URL        the version under test              (UNDERSTUDY_SHADOW, http://127.0.0.1:3001)
  --control URL       a second production instance        (UNDERSTUDY_CONTROL)
  --store FILE        the results: a file, or sqlite:FILE (UNDERSTUDY_STORE, ./understudy.db)
  -h, --help          print this
  --version           print the version

Flags override environment variables, which override the file. The admin token has no flag, because
every user of the machine can see arguments. Use admin.token in the file, or UNDERSTUDY_ADMIN_TOKEN.
`;

export type ServeArguments =
  | { readonly kind: 'serve'; readonly input: Pick<LoadInput, 'file' | 'flags'> }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' };

/** Reads the arguments of `serve`; throws `usage`. */
export function parseServeArguments(argv: readonly string[]): ServeArguments {
  const { flags, operands } = readArguments(argv, SERVE_FORMS);
  if (flags.has('help')) return { kind: 'help' };
  if (flags.has('version')) return { kind: 'version' };
  if (operands.length > 0) {
    throw new UnderstudyError(
      'usage',
      `unknown argument; found ${JSON.stringify(operands[0])}; allowed: ${listOf(SERVE_FORMS)}`,
    );
  }
  const file = flags.get('config');
  const given = FLAG_NAMES.filter((name) => flags.has(name)).map((name): [FlagName, string] => [
    name,
    flags.get(name)!,
  ]);
  return { kind: 'serve', input: { ...(file === undefined ? {} : { file }), flags: Object.fromEntries(given) } };
}
