import { parseArgs } from 'node:util';
import { closest } from '../lib/closest.ts';
import { UnderstudyError } from '../model/errors.ts';

/** A flag by its long name: whether a value follows it, and its short form. */
export type FlagForms = Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly short?: string }>>;

export interface Arguments {
  /** By long name. A flag without a value is `''`. */
  readonly flags: ReadonlyMap<string, string>;
  /** Arguments that are not flags, in order. */
  readonly operands: readonly string[];
}

/**
 * Reads a command's arguments. Throws `usage` with a line for each problem: an unknown or repeated flag, or a missing
 * or unexpected value.
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
  if (faults.length > 0) throw usage(faults.join('\n'));
  return { flags, operands };
}

/** Throws `usage` if a command that takes only flags is given something else. */
export function refuseOperands(operands: readonly string[]): void {
  if (operands.length > 0) throw usage(`found the argument ${JSON.stringify(operands[0])}; allowed: only flags`);
}

/** Wrong usage of a command. `message` says what was found and what is allowed. */
export function usage(message: string): UnderstudyError {
  return new UnderstudyError('usage', message);
}

/** What stderr says of it. Not the whole usage, under which the line that matters would be lost. */
export function wrongUsage(command: string, { message }: Error): string {
  return `${command}: ${message}\nunderstudy ${command} --help lists all\n`;
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

export function listOf(forms: FlagForms): string {
  return Object.entries(forms)
    .map(([name, { short }]) => (short === undefined ? `--${name}` : `-${short}, --${name}`))
    .join(', ');
}
