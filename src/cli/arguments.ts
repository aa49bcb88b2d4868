import { parseArgs } from 'node:util';
import type { LoadInput } from '../config/load.ts';
import { FLAG_NAMES, type FlagName } from '../config/sources.ts';
import { closest } from '../lib/closest.ts';
import { UnderstudyError } from '../model/errors.ts';

/** A flag by its long name: whether a value follows it, and its letter. */
export type FlagForms = Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly short?: string }>>;

export interface Arguments {
  /** By long name; a flag without a value is `''`. */
  readonly flags: ReadonlyMap<string, string>;
  /** What is no flag, in order. */
  readonly operands: readonly string[];
}

/**
 * Reads a command's arguments. Throws `usage` with a line for each thing that is wrong: an unknown or repeated flag, a
 * value that is missing or not wanted.
 */
export function readArguments(argv: readonly string[], forms: FlagForms): Arguments {
  const { tokens } = parseArgs({
    args: [...argv],
    options: forms,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const flags = new Map<string, string>();
  const operands: string[] = [];
  const faults: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    const fault = flags.has(name) ? `${rawName}: given twice; allowed: once` : faultOf(token, forms);
    if (fault !== undefined) faults.push(fault);
    flags.set(name, value ?? '');
  }
  if (faults.length > 0) throw new UnderstudyError('usage', faults.join('\n'));
  return { flags, operands };
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function faultOf({ name, rawName, value, inlineValue }: OptionToken, forms: FlagForms): string | undefined {
  const form = Object.hasOwn(forms, name) ? forms[name] : undefined;
  if (form === undefined) {
    const near = closest(name, Object.keys(forms));
    const hint = near === undefined ? '' : ` (did you mean --${near}?)`;
    return `${rawName}: unknown flag${hint}; allowed: ${listOf(forms)}`;
  }
  if (form.type === 'boolean') {
    return value === undefined
      ? undefined
      : `${rawName}: takes no value; found ${JSON.stringify(value)}; allowed: ${rawName} alone`;
  }
  if (value === undefined || value === '') return `${rawName}: a value is missing; allowed: ${rawName} VALUE`;
  if (value.startsWith('-') && !inlineValue) {
    return `${rawName}: a value is missing; found the flag ${JSON.stringify(value)}; allowed: ${rawName} VALUE`;
  }
  return undefined;
}

function listOf(forms: FlagForms): string {
  return Object.entries(forms)
    .map(([name, { short }]) => (short === undefined ? `--${name}` : `-${short}, --${name}`))
    .join(', ');
}

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
  --store FILE        the file of the results             (UNDERSTUDY_STORE, ./understudy.db)
  -h, --help          print this
  --version           print the version

A flag goes before an environment variable, and that before the file. The admin token has no flag, since
arguments are visible to every user of the machine: it is admin.token in the file, or UNDERSTUDY_ADMIN_TOKEN.
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
