/**
 * Finds the path template that matches a path. A literal wins over a parameter, and both win over the rest of a path.
 */
import type { PathTemplate } from '../config/types.ts';
import { pathSegments } from '../lib/path-segments.ts';

interface Match {
  readonly template: string;
  /** Names by method, made at the first use. */
  readonly names: Map<string, string>;
}

class TemplateNode {
  readonly literals = new Map<string, TemplateNode>();
  /** Parameters, which may have literal text before and after them (`{id}.json`). */
  readonly parameters: { readonly before: string; readonly behind: string; readonly node: TemplateNode }[] = [];
  /** By method; '' is any method. */
  readonly ends = new Map<string, Match>();
  readonly rests = new Map<string, Match>();
}

export class Templates {
  readonly #root = new TemplateNode();

  constructor(templates: readonly PathTemplate[]) {
    for (const template of templates) this.#add(template);
  }

  /** The name of the first template that matches: `GET /users/:id`. */
  find(method: string, segments: readonly string[]): string | undefined {
    const match = findIn(this.#root, method, segments, 0);
    if (match === undefined) return undefined;
    let name = match.names.get(method);
    if (name === undefined) {
      name = `${method} ${match.template}`;
      match.names.set(method, name);
    }
    return name;
  }

  #add({ method = '', path }: PathTemplate): void {
    const match = { template: path, names: new Map<string, string>() };
    const segments = pathSegments(path);
    const open = segments.at(-1) === '*';
    let node = this.#root;
    for (const segment of open ? segments.slice(0, -1) : segments) node = below(node, segment);
    const ends = open ? node.rests : node.ends;
    if (!ends.has(method)) ends.set(method, match);
  }
}

function below(node: TemplateNode, segment: string): TemplateNode {
  const parameter = parameterOf(segment);
  if (parameter === undefined) {
    const literal = node.literals.get(segment) ?? new TemplateNode();
    node.literals.set(segment, literal);
    return literal;
  }
  const { before, behind } = parameter;
  const known = node.parameters.find((each) => each.before === before && each.behind === behind);
  if (known !== undefined) return known.node;
  const added = { before, behind, node: new TemplateNode() };
  node.parameters.push(added);
  // The one with the most literal text goes first.
  node.parameters.sort((a, b) => b.before.length + b.behind.length - a.before.length - a.behind.length);
  return added.node;
}

/** `:name`, or `{name}` with text around it, as OpenAPI has it. */
function parameterOf(segment: string): { before: string; behind: string } | undefined {
  if (segment.startsWith(':')) return { before: '', behind: '' };
  const open = segment.indexOf('{');
  const close = segment.lastIndexOf('}');
  return open < 0 || close < open ? undefined : { before: segment.slice(0, open), behind: segment.slice(close + 1) };
}

function findIn(node: TemplateNode, method: string, segments: readonly string[], at: number): Match | undefined {
  if (at === segments.length) return of(node.ends, method) ?? of(node.rests, method);
  const segment = segments[at]!;
  const literal = node.literals.get(segment);
  const exact = literal && findIn(literal, method, segments, at + 1);
  if (exact !== undefined) return exact;
  for (const { before, behind, node: next } of node.parameters) {
    const long = segment.length > before.length + behind.length;
    if (!long || !segment.startsWith(before) || !segment.endsWith(behind)) continue;
    const match = findIn(next, method, segments, at + 1);
    if (match !== undefined) return match;
  }
  return of(node.rests, method);
}

function of(ends: ReadonlyMap<string, Match>, method: string): Match | undefined {
  return ends.get(method) ?? ends.get('');
}
