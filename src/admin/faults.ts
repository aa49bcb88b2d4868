/** What is wrong with JSON, or a query, that somebody sent: in our words, where the schema has none of its own. */
import type * as z from 'zod';
import { closest } from '../lib/closest.ts';

type Issue = z.core.$ZodIssue;

/** The value; or what is wrong with it, a text for each fault, `whole` being the name of all of it. */
export function readShape<Value>(
  schema: z.ZodType<Value>,
  input: unknown,
  whole: string,
): { readonly value: Value } | { readonly faults: readonly string[] } {
  const result = schema.safeParse(input, { error: wording });
  if (result.success) return { value: result.data };
  return { faults: result.error.issues.flatMap((issue) => faultsOf(issue, [], whole)) };
}

/** Of alternatives, what is wrong with the one that was meant: of the right kind, and with the fewest faults. */
function faultsOf(issue: Issue, parent: readonly PropertyKey[], whole: string): string[] {
  const path = [...parent, ...issue.path];
  const alternatives = issue.code === 'invalid_union' ? issue.errors : [];
  const [meant] = alternatives.filter(isOfKind).sort((one, other) => one.length - other.length);
  if (meant !== undefined) return meant.flatMap((inner) => faultsOf(inner, path, whole));
  if (issue.code === 'unrecognized_keys')
    return [`${issue.keys.map((key) => [...path, key].map(String).join('.')).join(', ')}: unknown`];
  return [`${path.length === 0 ? whole : path.map(String).join('.')}: ${issue.message}`];
}

function isOfKind([first]: readonly Issue[]): boolean {
  return first !== undefined && (first.path.length > 0 || first.code !== 'invalid_type');
}

/** Texts are not quoted: they may be secret. */
function wording(issue: z.core.$ZodRawIssue): string | undefined {
  const { input } = issue;
  const missing = input === undefined;
  switch (issue.code) {
    case 'invalid_type':
      return missing ? `missing; allowed: ${kind(issue.expected)}` : `not ${kind(issue.expected)}`;
    case 'invalid_value':
      return `${missing ? 'missing' : 'not one of the choices'}${hint(input, issue.values)}; allowed: ${listed(issue.values)}`;
    case 'too_big':
      return outside(issue.origin, input, 'more', issue.maximum);
    case 'too_small':
      return outside(issue.origin, input, 'less', issue.minimum);
    case 'invalid_union':
      return missing ? 'missing' : 'of no form that is allowed';
    case 'custom':
      return undefined;
    default:
      return 'not of the form that is allowed';
  }
}

function kind(expected: string): string {
  switch (expected) {
    case 'object':
    case 'record':
      return 'an object';
    case 'array':
      return 'a list';
    case 'int':
      return 'a whole number';
    case 'boolean':
      return 'true or false';
    default:
      return `a ${expected}`;
  }
}

function outside(origin: string, input: unknown, side: 'more' | 'less', bound: number | bigint): string {
  const allowed = `${side === 'more' ? 'at most' : 'at least'} ${bound}`;
  if (typeof input === 'number') return `${side} than ${bound}; found ${input}; allowed: ${allowed}`;
  const unit = origin === 'string' ? 'characters' : 'elements';
  return `${side === 'more' ? 'too long' : 'too short'}; allowed: ${allowed} ${unit}`;
}

const MOST_LISTED = 12;

function listed(values: readonly unknown[]): string {
  const more = values.length > MOST_LISTED ? `, and ${values.length - MOST_LISTED} more` : '';
  return `${values.slice(0, MOST_LISTED).map(String).join(', ')}${more}`;
}

function hint(input: unknown, values: readonly unknown[]): string {
  const near = typeof input === 'string' ? closest(input, values.map(String)) : undefined;
  return near === undefined ? '' : ` (did you mean ${near}?)`;
}
