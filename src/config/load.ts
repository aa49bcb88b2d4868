import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileFailure, isForWantOfDescriptors } from '../lib/file-failure.ts';
import { crossCheck } from './checks.ts';
import type { Rule } from './compare-types.ts';
import { DescriptorFiles } from './descriptor-files.ts';
import type { DescriptorLimit } from './descriptor-limit.ts';
import { readDocument } from './document.ts';
import { expand, referencedIn, type Variables } from './environment.ts';
import { allowedBy, explain, found } from './explain.ts';
import { memoryLimit } from './memory-limit.ts';
import { NamedFiles } from './named-files.ts';
import { OpenapiFiles } from './openapi-files.ts';
import { PemFiles } from './pem-files.ts';
import { inReadingOrder, type Problem } from './problem.ts';
import type { ReadFile } from './read-file.ts';
import { resolve } from './resolve.ts';
import { root, type Settings } from './schema/root.ts';
import { type Flags, overlay, readFlags } from './sources.ts';
import { asWritten, existing, find, type Mapping, nameOf, nearest, type Path, plain, remove } from './tree.ts';
import type { Config } from './types.ts';
import { FILE_VARIABLE, readVariables, unknownVariables } from './variables.ts';

export type LoadResult =
  | { readonly ok: true; readonly config: Config; readonly warnings: readonly Problem[] }
  | {
      readonly ok: false;
      readonly problems: readonly Problem[];
      /** Some checks need options that were rejected, and can only be made once these are mended. */
      readonly unfinished?: true;
    };

export interface LoadInput extends ParseInput {
  /** Absent: the file named by UNDERSTUDY_CONFIG; without that, only defaults, flags and variables. */
  readonly file?: string;
}

/**
 * What an empty file means: the defaults; or, while another configuration is in force, that the file is just being
 * written. Using the defaults then would send production traffic elsewhere.
 */
export type EmptyFile = 'defaults' | 'unfinished';

export interface ParseInput {
  readonly flags?: Flags;
  readonly env: Variables;
  readonly readFile?: ReadFile;
  /** Milliseconds since 1970, to find expired rules. */
  readonly now?: number;
  readonly emptyFile?: EmptyFile;
  readonly cpus?: number;
  /** Bytes that the process may use, if less than the machine has; otherwise `none`. */
  readonly memory?: number | 'none';
  /** The number of descriptors that the process may have, if it is limited. */
  readonly descriptorLimit?: DescriptorLimit | undefined;
  /** Compiles a rule as the comparison does. Throws if that fails. */
  readonly tryRule?: (rule: Rule) => unknown;
}

/**
 * Loads the configuration. Flags override the environment, which overrides the file, which overrides the defaults.
 * Never throws: all problems are returned with their positions.
 */
export function loadConfig(input: LoadInput): LoadResult {
  const { readFile = read } = input;
  const file = input.file ?? (input.env[FILE_VARIABLE] || undefined);
  if (file === undefined) return parseConfigText('', '', input);
  let text: string;
  try {
    text = readFile(file);
  } catch (error) {
    const message = `cannot be read; found ${fileFailure(error)}; allowed: a YAML file`;
    const code = isForWantOfDescriptors(error) ? { code: 'unread' as const } : {};
    return { ok: false, problems: [{ file, line: 0, column: 0, message, ...code }] };
  }
  return parseConfigText(text, file, input);
}

const read: ReadFile = (path, encoding = 'utf8') => readFileSync(path, encoding);

/** The same for a text that was already read from a file. */
export function parseConfigText(text: string, file: string, input: ParseInput): LoadResult {
  const { flags = {}, env, readFile = read, now = Date.now(), cpus = availableParallelism(), tryRule } = input;
  const { memory = memoryLimit() ?? 'none', descriptorLimit } = input;
  const { tree: document, problems } = readDocument(text, file, (value) => expand(value, env));
  problems.push(...unknownVariables(env, referencedIn(text)));
  if (document === undefined) return { ok: false, problems: inReadingOrder(problems) };

  const empty = document.kind === 'scalar' && document.text === '';
  if (empty && input.emptyFile === 'unfinished' && file !== '') {
    const message = 'the file has no settings, as if it were still being written; allowed: at least one setting';
    problems.push({ file, line: 1, column: 1, message });
  }
  if (document.kind !== 'mapping' && !empty) {
    problems.push({
      ...document.at,
      message: `not a mapping; found ${found(document, root)}; allowed: ${allowedBy(root)}`,
    });
  }
  const tree: Mapping =
    document.kind === 'mapping' ? document : { kind: 'mapping', at: document.at, members: new Map() };
  const variables = readVariables(env);
  problems.push(...variables.problems);
  overlay(tree, variables.tree);
  overlay(tree, readFlags(flags));
  const { settings, rejected, lost } = judge(tree, problems);

  const locate = (...paths: readonly Path[]) => {
    const path = paths.find(([option]) => tree.members.has(String(option)));
    return nearest(tree, path ?? []).at;
  };
  const files = new NamedFiles({ readFile, locate });
  const pem = new PemFiles(files, now);
  const descriptors = new DescriptorFiles(files);
  const openapi = new OpenapiFiles(files);
  const surroundings = { locate, files, pem, descriptors, openapi, cpus, memory, descriptorLimit };
  const config = resolve(settings, surroundings);
  let unfinished = lost;
  const findings = crossCheck(config, {
    locate,
    textAt: (path) => {
      const node = find(tree, path);
      return node?.kind === 'scalar' ? node.text : undefined;
    },
    has: (...path) => find(tree, path) !== undefined,
    now,
    name: (path) => nameOf(asWritten(tree, path)),
    sound: (...path) => {
      const written = asWritten(tree, path);
      const isSound = !rejected.some((other) => isWithin(written, other) || isWithin(other, written));
      if (!isSound) unfinished = true;
      return isSound;
    },
    tryRule,
  });
  problems.push(...files.problems, ...findings.problems);
  return problems.length === 0
    ? { ok: true, config, warnings: inReadingOrder([...files.warnings, ...findings.warnings]) }
    : { ok: false, problems: inReadingOrder(problems), ...(unfinished ? { unfinished } : {}) };
}

/** Whether a path is the other one, or leads into it. `*` is any item of a list. */
function isWithin(path: Path, other: Path): boolean {
  return other.every((key, depth) => key === '*' || path[depth] === '*' || String(path[depth]) === String(key));
}

/**
 * Adds the schema's issues to the problems. A rejected value is removed from the tree, and the rest is judged as if it
 * had never been there, so that one run also finds problems between options. Each round removes something and an empty
 * tree is accepted, so this ends. Only the issues of the first round are about what was written. `lost`: whole sections
 * or items were removed, with options that may be right.
 */
function judge(tree: Mapping, problems: Problem[]): { settings: Settings; rejected: readonly Path[]; lost: boolean } {
  const rejected: Path[] = [];
  let lost = false;
  for (let round = 0; ; round++) {
    const result = root.safeParse(plain(tree));
    if (result.success) return { settings: result.data, rejected, lost };
    const { issues } = result.error;
    if (round === 0) problems.push(...explain(issues, root, tree));
    const paths = issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path],
    );
    rejected.push(...paths.map((path) => asWritten(tree, existing(tree, path))));
    lost ||= paths.some((path) => nearest(tree, path).kind !== 'scalar');
    remove(tree, paths);
  }
}
