import * as z from 'zod';
import { closest } from '../lib/closest.ts';
import type { Position, Problem } from './problem.ts';
import { quote } from './quote.ts';
import { documentation, kindOf, shorthandOf, written } from './schema/shape.ts';
import { find, nameOf, nearest, type Path, type Tree } from './tree.ts';

type Issue = z.core.$ZodIssue;

/** Turns the schema's issues into messages with positions, worded for the reader of the file. */
export function explain(issues: readonly Issue[], schema: z.core.$ZodType, tree: Tree): Problem[] {
  return issues.flatMap((issue) => explainOne(issue, issue.path, schema, tree));
}

function explainOne(issue: Issue, path: Path, root: z.core.$ZodType, tree: Tree): Problem[] {
  const node = nearest(tree, path);
  if (node.kind === 'scalar' && node.unreadable) return [];
  const schema = schemaAt(root, path, tree);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, path, schema, node, root));
    case 'invalid_union': {
      const branch = issue.errors[branchOf(issue.errors, written(schema), node)] ?? [];
      return branch.flatMap((inner) => explainOne(inner as Issue, [...path, ...inner.path], root, tree));
    }
    case 'invalid_key': {
      const wrong = issue.issues.map(({ message }) => message).join(', ');
      const key = String(path.at(-1));
      const record = written(schemaAt(root, path.slice(0, -1), tree));
      const allowed = record instanceof z.ZodRecord ? allowedBy(record.keyType) : '';
      return [
        { ...keyPosition(tree, path), message: `${nameOf(path)}: ${wrong}; found ${quote(key)}; allowed: ${allowed}` },
      ];
    }
    default: {
      const missing = find(tree, path) === undefined && node.kind !== 'scalar';
      if (missing) return [{ ...node.at, message: `${nameOf(path)}: missing; allowed: ${allowedBy(schema)}` }];
      const message = `${nameOf(path)}: ${fault(issue, schema)}; found ${found(node, schema)}; allowed: ${allowedHere(issue, schema)}`;
      return [{ ...node.at, message }];
    }
  }
}

function fault(issue: Issue, schema: z.core.$ZodType): string {
  if (issue.code === 'custom') return issue.message;
  if (issue.code === 'too_small') return 'an empty list';
  if (issue.code === 'too_big') return `more than ${issue.maximum} elements`;
  const inner = written(schema);
  if (inner instanceof z.ZodArray) return 'not a list';
  return inner instanceof z.ZodObject || inner instanceof z.ZodRecord ? 'not a mapping' : 'not a single value';
}

/**
 * The branch whose issues are told. Of a choice or a number, a number out of bounds was meant to be one: `more than` and
 * `less than` say more than that it is no choice.
 */
function branchOf(errors: readonly (readonly Issue[])[], schema: z.core.$ZodType, node: Tree): number {
  const outOfBounds = errors.findIndex(([first]) => first?.code === 'custom' && !/^not /.test(first.message));
  return node.kind === 'scalar' && node.text !== '' && outOfBounds !== -1 ? outOfBounds : branchFor(schema, node);
}

/** A check of several options knows the allowed values better than the schema of one. */
function allowedHere(issue: Issue, schema: z.core.$ZodType): string {
  const { allowed } = (issue.code === 'custom' && issue.params) || {};
  if (typeof allowed === 'string') return allowed;
  const example = written(schema) instanceof z.ZodObject ? exampleOf(documentation(schema).example) : '';
  return `${allowedBy(schema)}${example}`;
}

/** A mapping with texts alone, in one line. */
function exampleOf(example: unknown): string {
  if (typeof example !== 'object' || example === null || Array.isArray(example)) return '';
  const members = Object.entries(example);
  if (!members.every(([, value]) => typeof value === 'string')) return '';
  return `, such as {${members.map(([name, value]) => `${name}: ${value}`).join(', ')}}`;
}

function unknownKey(key: string, path: Path, schema: z.core.$ZodType, node: Tree, root: z.core.$ZodType): Problem {
  const keys = keysOf(meant(schema, node));
  const near = closest(key, keys);
  const [, glued] = /^([A-Za-z]+):\S/.exec(key) ?? [];
  const hint =
    glued !== undefined && keys.includes(glued)
      ? ` (a space is missing after ${quote(`${glued}:`)})`
      : near !== undefined
        ? ` (did you mean ${quote(near)}?)`
        : path.length > 0 && keysOf(written(root)).includes(key)
          ? ' (it belongs at the top level)'
          : '';
  const where = path.length === 0 ? '' : ` in ${nameOf(path)}`;
  const at = (node.kind === 'mapping' && node.members.get(key)?.keyAt) || node.at;
  return { ...at, message: `unknown key${where}; found ${quote(key)}${hint}; allowed: ${keys.join(', ')}` };
}

function keyPosition(tree: Tree, path: Path): Position {
  const parent = nearest(tree, path.slice(0, -1));
  return (parent.kind === 'mapping' && parent.members.get(String(path.at(-1)))?.keyAt) || parent.at;
}

/** What was found, in words; nothing of a secret. */
export function found(node: Tree, schema: z.core.$ZodType): string {
  if (node.kind === 'list') return `a list of ${node.items.length}`;
  if (node.kind === 'mapping')
    return node.members.size === 0 ? 'an empty mapping' : `a mapping of ${[...node.members.keys()].join(', ')}`;
  if (node.text === '') return 'nothing';
  const show = kindOf(schema)?.show;
  if (show !== undefined) return show(node.text);
  return node.written === undefined ? quote(node.text) : `${quote(node.text)}, from ${quote(node.written)}`;
}

/** What is allowed there, in words. */
export function allowedBy(schema: z.core.$ZodType): string {
  const kind = kindOf(schema);
  if (kind !== undefined) return kind.allowed;
  const inner = written(schema);
  if (inner instanceof z.ZodArray) return `a list, each element ${allowedBy(inner.element)}`;
  if (inner instanceof z.ZodRecord)
    return `a mapping, each key ${allowedBy(inner.keyType)}, each value ${allowedBy(inner.valueType)}`;
  if (inner instanceof z.ZodUnion) return inner.options.map(allowedBy).join(', or ');
  if (!(inner instanceof z.ZodObject)) return '';
  const mapping = `a mapping of ${keysOf(inner).join(', ')}`;
  const option = shorthandOf(schema);
  return option === undefined ? mapping : `${allowedBy(inner.shape[option])}, or ${mapping}`;
}

const keysOf = (schema: z.core.$ZodType) => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []);

/**
 * The branch of a union that was meant: the list branch for a list, the mapping branch for a mapping, otherwise the
 * text branch.
 */
function branchFor(schema: z.core.$ZodType, node: Tree): number {
  if (!(schema instanceof z.ZodUnion)) return 0;
  const shapes = schema.options.map((option) => {
    if (kindOf(option) !== undefined) return 'scalar';
    return written(option) instanceof z.ZodArray ? 'list' : 'mapping';
  });
  const at = shapes.indexOf(node.kind);
  return at === -1 ? shapes.indexOf('scalar') : at;
}

function schemaAt(root: z.core.$ZodType, path: Path, tree: Tree): z.core.$ZodType {
  return path.reduce((schema, key, depth) => step(schema, key, nearest(tree, path.slice(0, depth))), root);
}

function step(schema: z.core.$ZodType, key: PropertyKey, node: Tree): z.core.$ZodType {
  const inner = meant(schema, node);
  if (inner instanceof z.ZodObject) return inner.shape[String(key)] ?? inner;
  if (inner instanceof z.ZodArray) return inner.element as z.core.$ZodType;
  return inner instanceof z.ZodRecord ? inner.valueType : inner;
}

/** The schema of what is written there; for a union, of the branch that was meant. */
function meant(schema: z.core.$ZodType, node: Tree): z.core.$ZodType {
  const inner = written(schema);
  return inner instanceof z.ZodUnion ? meant(inner.options[branchFor(inner, node)]!, node) : inner;
}
