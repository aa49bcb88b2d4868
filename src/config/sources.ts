import * as z from 'zod';
import { root } from './schema/root.ts';
import { shorthandOf, written } from './schema/shape.ts';
import type { Mapping, Tree } from './tree.ts';

/** The options that can be given on the command line: sections that may be written as one text. */
export const FLAG_NAMES = ['listen', 'admin', 'primary', 'shadow', 'control', 'store'] as const;
export type FlagName = (typeof FLAG_NAMES)[number];
export type Flags = Readonly<Partial<Record<FlagName, string>>>;

/** The command line's options, as a tree like that of a file. */
export function readFlags(flags: Flags): Mapping {
  const tree: Mapping = { kind: 'mapping', at: { file: 'the flags', line: 0, column: 0 }, members: new Map() };
  for (const name of FLAG_NAMES) {
    const text = flags[name];
    if (text === undefined) continue;
    const at = { file: `--${name}`, line: 0, column: 0 };
    const main = shorthandOf(root.shape[name])!;
    const members = new Map([[main, { keyAt: at, value: { kind: 'scalar', at, text } as const }]]);
    tree.members.set(name, { keyAt: at, value: { kind: 'mapping', at, members } });
  }
  return tree;
}

/**
 * Lays options over those of a source with lower precedence. Sections are merged option by option, so that the URL of
 * a target can be replaced alone. Lists, mappings with free names and options with several forms are replaced as a
 * whole.
 */
export function overlay(under: Mapping, over: Mapping): void {
  lay(under, over, root);
}

function lay(under: Tree | undefined, over: Tree, schema: z.core.$ZodType | undefined): Tree {
  const section = schema && written(schema);
  if (!(section instanceof z.ZodObject) || over.kind !== 'mapping') return over;
  const base = inFull(under, schema!, over);
  if (base === undefined) return under!;
  for (const [name, { keyAt, value }] of over.members) {
    const given = base.members.get(name);
    const laid = lay(given?.value, value, section.shape[name]);
    base.members.set(name, { keyAt: given?.keyAt ?? keyAt, value: laid });
  }
  return base;
}

/** The section as a mapping, even if it is written as one text or not at all; undefined if it has a wrong form. */
function inFull(given: Tree | undefined, schema: z.core.$ZodType, over: Mapping): Mapping | undefined {
  if (given === undefined) return { kind: 'mapping', at: over.at, members: new Map() };
  if (given.kind === 'mapping') return given;
  const main = shorthandOf(schema);
  if (given.kind === 'list' || main === undefined) return undefined;
  return { kind: 'mapping', at: given.at, members: new Map([[main, { keyAt: given.at, value: given }]]) };
}
