/**
 * The configuration as it may be shown. Only the schema says what is a secret: every option marked as secret is
 * hidden, wherever `resolve` has put it below the section in which it is written.
 */
import * as z from 'zod';
import type { ComparedTarget } from './compared-targets.ts';
import { root } from './schema/root.ts';
import { kindOf, written } from './schema/shape.ts';
import type { Kind } from './schema/values.ts';
import type { Config, Route } from './types.ts';

const REDACTED = '***';

/** Headers that carry a credential, or whose name says so. */
const SECRET_NAME = /auth|cookie|token|secret|password|passwd|credential|session|signature|api-?key|(?:^|-)key(?:$|-)/;

/** An element of a list, or a member of a mapping with free names. */
const ANY = '*';

/** A marked option. */
interface Mark {
  readonly section: readonly string[];
  readonly option: string;
  readonly secret: NonNullable<Kind['secret']>;
}

const MARKS = [...marksIn(root, [])];

function* marksIn(schema: z.core.$ZodType, path: readonly string[]): Generator<Mark> {
  const secret = kindOf(schema)?.secret;
  if (secret !== undefined) yield { section: path.slice(0, -1), option: path.at(-1)!, secret };
  const inner = written(schema);
  if (inner instanceof z.ZodUnion) for (const form of inner.options) yield* marksIn(form, path);
  else if (inner instanceof z.ZodArray) yield* marksIn(inner.element, [...path, ANY]);
  else if (inner instanceof z.ZodRecord) yield* marksIn(inner.valueType, [...path, ANY]);
  else if (inner instanceof z.ZodObject) {
    for (const [name, option] of Object.entries(inner.shape)) yield* marksIn(option, [...path, name]);
  }
}

/**
 * The configuration as it may be shown: secrets become `***`, and so do header values whose name says that they are
 * secret.
 */
export function redactConfig<T extends Config>(config: T): T {
  const isCredential = (name: string) => SECRET_NAME.test(name) || config.redact.headers.includes(name);
  return hide({ ...config, routes: config.routes.map(withoutDescriptors).map(withoutSentFields) }, MARKS, isCredential);
}

type IsCredential = (name: string) => boolean;

/** `marks`: the marks that apply at or below this value, with their sections relative to it. */
function hide<T>(value: T, marks: readonly Mark[], isCredential: IsCredential): T {
  if (typeof value !== 'object' || value === null || marks.length === 0) return value;
  if (marks.some(isOfFields)) return hideFields(value, isCredential) as T;
  const here = marks.filter(({ section }) => section.length === 0);
  const member = (name: string, content: unknown) => {
    if (here.some(({ option }) => option === name || option === ANY)) return REDACTED;
    const below = marks.flatMap((mark): Mark[] => {
      const [first, ...section] = mark.section;
      return first === name || first === ANY ? [{ ...mark, section }] : [];
    });
    return hide(content, [...here, ...below], isCredential);
  };
  if (Array.isArray(value)) return value.map((item, index) => member(String(index), item)) as T;
  return Object.fromEntries(Object.entries(value).map(([name, content]) => [name, member(name, content)])) as T;
}

/** Whether this value holds header fields, any of which may be secret. */
function isOfFields({ section, option, secret }: Mark): boolean {
  return secret === 'by_name' && section.length === 0 && option === ANY;
}

/** Header fields as a mapping, or as a list of names and values. */
function hideFields(fields: object, isCredential: IsCredential): unknown {
  if (Array.isArray(fields))
    return fields.map((field) =>
      field.value !== undefined && isCredential(field.name) ? { ...field, value: REDACTED } : field,
    );
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, isCredential(name) ? REDACTED : value]),
  );
}

/** Descriptors are not secret, but they may be megabytes in every route. */
function withoutDescriptors(route: Route): Route {
  const { protobuf } = route.compare;
  if (protobuf === undefined) return route;
  const { file } = protobuf.descriptors;
  return { ...route, compare: { ...route.compare, protobuf: { ...protobuf, descriptors: { file, base64: '' } } } };
}

/** Shown once, where they are set. */
function withoutSentFields(route: Route): Route {
  const { targets } = route.compare;
  if (targets === undefined) return route;
  const { primary, shadow, control } = targets;
  const bare = (target: ComparedTarget) => ({ ...target, set: {} });
  const shown = { primary: bare(primary), shadow: bare(shadow), ...(control && { control: bare(control) }) };
  return { ...route, compare: { ...route.compare, targets: shown } };
}
