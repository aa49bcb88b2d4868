/** How the programs of bench are called. */
import { type FlagForms, readArguments, usage } from '../../src/cli/flags.ts';
import { UnderstudyError } from '../../src/model/errors.ts';

interface CountFlag {
  readonly takes: 'count';
  readonly about: string;
  readonly default: number;
  /** 1 if absent. */
  readonly least?: number;
}

interface TextFlag {
  readonly takes: 'text';
  readonly about: string;
}

interface SwitchFlag {
  readonly takes: 'nothing';
  readonly about: string;
}

type Flags = Readonly<Record<string, CountFlag | TextFlag | SwitchFlag>>;

type Values<F extends Flags> = {
  readonly [Name in keyof F]: F[Name] extends CountFlag
    ? number
    : F[Name] extends TextFlag
      ? string | undefined
      : boolean;
};

export interface CommandLine<F extends Flags> {
  /** As one types it, such as `npm run bench --`. */
  readonly command: string;
  readonly about: string;
  /** What may stand beside the flags, and what of it is allowed; nothing if absent. */
  readonly operands?: { readonly form: string; readonly allowed: readonly string[] };
  readonly flags: F;
}

export interface Called<F extends Flags> {
  readonly values: Values<F>;
  readonly operands: readonly string[];
}

/** Reads what this program was called with. Ends it where that is `--help` (code 0), or wrong (code 2). */
export function calledWith<const F extends Flags>(line: CommandLine<F>, argv = process.argv.slice(2)): Called<F> {
  try {
    const called = read(line, argv);
    if (called !== 'help') return called;
    console.log(helpOf(line));
    process.exit(0);
  } catch (error) {
    if (!(error instanceof UnderstudyError)) throw error;
    console.error(`${error.message}\n${line.command} --help lists all`);
    process.exit(2);
  }
}

function read<F extends Flags>({ flags, operands }: CommandLine<F>, argv: readonly string[]): Called<F> | 'help' {
  const forms: FlagForms = Object.fromEntries(
    Object.entries(flags).map(([name, { takes }]) => [name, { type: takes === 'nothing' ? 'boolean' : 'string' }]),
  );
  const given = readArguments(argv, { ...forms, help: { type: 'boolean', short: 'h' } });
  if (given.flags.has('help')) return 'help';
  const allowed = operands?.allowed ?? [];
  const wrong = given.operands.find((operand) => !allowed.includes(operand));
  if (wrong !== undefined)
    throw usage(`found ${JSON.stringify(wrong)}; allowed: ${allowed.length === 0 ? 'only flags' : allowed.join(', ')}`);
  const values = Object.entries(flags).map(([name, flag]) => [name, readValue(name, flag, given.flags.get(name))]);
  return { values: Object.fromEntries(values), operands: given.operands };
}

function readValue(name: string, flag: Flags[string], text: string | undefined): number | string | boolean | undefined {
  if (flag.takes === 'nothing') return text !== undefined;
  if (flag.takes === 'text') return text;
  if (text === undefined) return flag.default;
  const { least = 1 } = flag;
  if (/^\d{1,6}$/.test(text) && Number(text) >= least) return Number(text);
  throw usage(`--${name}: found ${JSON.stringify(text)}; allowed: a whole number from ${least} to 999999`);
}

function helpOf({ command, about, operands, flags }: CommandLine<Flags>): string {
  const lines = Object.entries(flags).map(([name, flag]): [string, string] => {
    const value = { count: ' N', text: ' TEXT', nothing: '' }[flag.takes];
    return [`--${name}${value}`, flag.takes === 'count' ? `${flag.about} (${flag.default})` : flag.about];
  });
  lines.push(['-h, --help', 'print this']);
  const width = Math.max(...lines.map(([flag]) => flag.length)) + 2;
  return [
    `Usage: ${[command, operands?.form ?? [], '[FLAGS]'].flat().join(' ')}`,
    `\n${about}\n`,
    ...(operands === undefined ? [] : [`  one of: ${operands.allowed.join(', ')}\n`]),
    ...lines.map(([flag, what]) => `  ${flag.padEnd(width)}${what}`),
  ].join('\n');
}
