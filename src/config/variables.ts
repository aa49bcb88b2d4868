/** The environment variables that set options. Their names follow from the schema. */
import * as z from 'zod';
import { closest } from '../lib/closest.ts';
import { readDocument } from './document.ts';
import type { Variables } from './environment.ts';
import type { Position, Problem } from './problem.ts';
import { quote } from './quote.ts';
import { root } from './schema/root.ts';
import { kindOf, shorthandOf, written } from './schema/shape.ts';
import type { Mapping, Tree } from './tree.ts';

const PREFIX = 'UNDERSTUDY_';

/** Names the configuration file. */
export const FILE_VARIABLE = 'UNDERSTUDY_CONFIG';

/** The project's variables that do not set options: for the file, the tests and the benchmarks. */
const OTHERS: ReadonlySet<string> = new Set([
  FILE_VARIABLE,
  'UNDERSTUDY_CONTESTANT',
  'UNDERSTUDY_EVERY_BYTE',
  'UNDERSTUDY_EXCHANGES',
  'UNDERSTUDY_FUZZ_PAIRS',
  'UNDERSTUDY_FUZZ_ROUNDS',
  'UNDERSTUDY_FUZZ_SEED',
  'UNDERSTUDY_WEBSOCKETS',
]);

/**
 * Variables that Kubernetes sets in each container for the Services of its namespace, here for one called understudy
 * or understudy-… (Kubernetes, "Service", environment variables). A `…_PORT` is a URL such as tcp://10.0.0.1:80.
 */
const OF_SERVICE = /_SERVICE_(?:HOST|PORT(?:_[A-Z0-9_]+)?)$|_PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?$/;
const isOfService = (name: string, value: string) =>
  OF_SERVICE.test(name) || (name.endsWith('_PORT') && /^(?:tcp|udp|sctp):\/\//.test(value));

interface Option {
  readonly path: readonly string[];
  readonly schema: z.core.$ZodType;
}

/** All options outside of lists and mappings with free names, sections before their options. */
function* optionsOf(schema: z.core.$ZodType, path: readonly string[]): Generator<Option> {
  const section = sectionOf(schema);
  for (const [name, option] of Object.entries(section?.shape ?? {})) {
    const at = [...path, name];
    yield { path: at, schema: option };
    yield* optionsOf(option, at);
  }
}

/** The options of a section, even if a mapping is only one of its two forms. */
function sectionOf(schema: z.core.$ZodType): z.ZodObject | undefined {
  const inner = written(schema);
  if (inner instanceof z.ZodUnion) return inner.options.map(sectionOf).find((section) => section !== undefined);
  return inner instanceof z.ZodObject ? inner : undefined;
}

/** `mirror.maxBody` is UNDERSTUDY_MIRROR_MAX_BODY. */
function variableOf(path: readonly string[]): string {
  return PREFIX + path.map((name) => name.replace(/[A-Z]/g, '_$&').toUpperCase()).join('_');
}

export const OPTION_VARIABLES: ReadonlyMap<string, Option> = new Map(
  [...optionsOf(root, [])].map((option) => [variableOf(option.path), option]),
);

/** The options that the environment sets, as a tree like that of a file. Empty variables are ignored. */
export function readVariables(variables: Variables): { tree: Mapping; problems: Problem[] } {
  const tree: Mapping = { kind: 'mapping', at: { file: 'the environment', line: 0, column: 0 }, members: new Map() };
  const problems: Problem[] = [];
  for (const [name, { path, schema }] of OPTION_VARIABLES) {
    const text = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (text === undefined || text === '') continue;
    const at = { file: name, line: 0, column: 0 };
    if (isPlain(text, schema)) {
      const main = shorthandOf(schema);
      put(tree, main === undefined ? path : [...path, main], { kind: 'scalar', at, text }, at);
      continue;
    }
    // The value of a variable is not expanded again.
    const read = readDocument(text, name, (value) => ({ text: value, faults: [] }));
    problems.push(...read.problems);
    if (read.tree !== undefined) put(tree, path, read.tree, at);
  }
  return { tree, problems };
}

/** Whether the variable holds the plain value. For a list, and a mapping in braces, it holds YAML. */
function isPlain(text: string, schema: z.core.$ZodType): boolean {
  if (kindOf(schema) !== undefined) return true;
  const hasShortForm = shorthandOf(schema) !== undefined || written(schema) instanceof z.ZodUnion;
  return hasShortForm && !/^\s*\{|\n/.test(text);
}

function put(tree: Mapping, [name, ...below]: readonly string[], value: Tree, at: Position): void {
  const given = tree.members.get(name!)?.value;
  if (below.length === 0) {
    tree.members.set(name!, { keyAt: at, value });
    return;
  }
  const section: Mapping = given?.kind === 'mapping' ? given : { kind: 'mapping', at, members: new Map() };
  if (section !== given) tree.members.set(name!, { keyAt: at, value: section });
  put(section, below, value, at);
}

/** The variables that set options, in the order of the reference. */
export function variablesSet(variables: Variables): string[] {
  return [...OPTION_VARIABLES.keys()].filter((name) => Object.hasOwn(variables, name) && variables[name] !== '');
}

/** Variables with our prefix that set no option. `referenced`: those that the file itself uses. */
export function unknownVariables(variables: Variables, referenced: ReadonlySet<string>): Problem[] {
  return Object.entries(variables).flatMap(([name, value]): Problem[] => {
    if (!name.startsWith(PREFIX) || value === undefined || value === '') return [];
    if (OPTION_VARIABLES.has(name) || OTHERS.has(name) || referenced.has(name) || isOfService(name, value)) return [];
    const near = nearest(name.slice(PREFIX.length));
    const hint = near === undefined ? '' : ` (did you mean ${near}?)`;
    const message = `unknown variable${hint}; found ${quote(name)}; allowed: ${PREFIX} and the name of an option, such as UNDERSTUDY_MIRROR_MAX_BODY for mirror.maxBody`;
    return [{ file: name, line: 0, column: 0, message }];
  });
}

/**
 * Finds a variable by its name without the prefix. A name that lacks its section is meant if only one section has it.
 */
function nearest(name: string): string | undefined {
  const known = [...OPTION_VARIABLES.keys(), FILE_VARIABLE].map((each) => each.slice(PREFIX.length));
  const [ending, another] = known.filter((each) => each.endsWith(`_${name}`));
  const near = closest(name, known) ?? (another === undefined ? ending : undefined);
  return near === undefined ? undefined : PREFIX + near;
}
