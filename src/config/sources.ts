import type { Variables } from './environment.ts';
import type { Position } from './problem.ts';
import { root } from './schema/root.ts';
import { shorthandOf } from './schema/shape.ts';
import type { Mapping, Tree } from './tree.ts';

/** What can be given on the command line or in the environment, with the option of the file that it takes the place of. */
const SOURCES = [
  { flag: 'listen', variable: 'UNDERSTUDY_LISTEN', path: ['listen', 'address'] },
  { flag: 'admin', variable: 'UNDERSTUDY_ADMIN', path: ['admin', 'address'] },
  { variable: 'UNDERSTUDY_ADMIN_TOKEN', path: ['admin', 'token'] },
  { flag: 'primary', variable: 'UNDERSTUDY_PRIMARY', path: ['primary', 'url'] },
  { flag: 'shadow', variable: 'UNDERSTUDY_SHADOW', path: ['shadow', 'url'] },
  { flag: 'control', variable: 'UNDERSTUDY_CONTROL', path: ['control', 'url'] },
  { flag: 'store', variable: 'UNDERSTUDY_STORE', path: ['store', 'path'] },
] as const;

type Source = (typeof SOURCES)[number];
export type FlagName = Extract<Source, { flag: string }>['flag'];
export type Flags = Readonly<Partial<Record<FlagName, string>>>;

export const FLAG_NAMES: readonly FlagName[] = SOURCES.flatMap((source) => ('flag' in source ? [source.flag] : []));

/** The variable that names the file. */
export const FILE_VARIABLE = 'UNDERSTUDY_CONFIG';

/**
 * Lays flags over variables over what the file says. A target's other options stay: only its URL is replaced.
 * An empty variable is no variable.
 */
export function overlay(file: Mapping, flags: Flags, variables: Variables): void {
  for (const source of SOURCES) {
    const flag = 'flag' in source ? flags[source.flag] : undefined;
    const variable = variables[source.variable] || undefined;
    if (flag !== undefined && 'flag' in source)
      put(file, source.path, flag, { file: `--${source.flag}`, line: 0, column: 0 });
    else if (variable !== undefined) put(file, source.path, variable, { file: source.variable, line: 0, column: 0 });
  }
}

function put(file: Mapping, [option, member]: readonly [string, string?], text: string, at: Position): void {
  const value: Tree = { kind: 'scalar', at, text };
  if (member === undefined) file.members.set(option, { keyAt: at, value });
  else sectionOf(file, option, at)?.members.set(member, { keyAt: at, value });
}

/** The section as a mapping, also where the file has it as one text, or not at all; undefined where it has a list. */
function sectionOf(file: Mapping, option: string, at: Position): Mapping | undefined {
  const given = file.members.get(option);
  if (given?.value.kind === 'mapping') return given.value;
  if (given?.value.kind === 'list') return undefined;
  const section: Mapping = { kind: 'mapping', at: given?.value.at ?? at, members: new Map() };
  const main = shorthandOf(root.shape[option as keyof typeof root.shape]);
  if (given !== undefined && main !== undefined) section.members.set(main, given);
  file.members.set(option, { keyAt: given?.keyAt ?? at, value: section });
  return section;
}
