import * as z from 'zod';
import { type Kind, kinds } from './values.ts';

declare module 'zod' {
  /** How an option is documented, beside `description`: once, here, for the reference, the JSON schema and the reader. */
  interface GlobalMeta {
    /** What is counted, or per what, where the value does not say it. */
    unit?: string;
    /** What goes wrong with a careless value. */
    hazard?: string;
    /** What an absent option means, where there is no default value. */
    absent?: string;
    /** A value for the reference, where there is no default. */
    example?: unknown;
  }
}

export interface Fault {
  readonly wrong: string;
  readonly allowed: string;
  /** The member that is at fault; absent: the mapping. */
  readonly member?: string;
}

/**
 * A check of which options stand beside each other. It sees what is written, whether or not the values are any good, so
 * that one run shows every fault. The mapping holds what was made of the good ones; of the others it says nothing.
 */
export function together<T extends object>(judge: (names: readonly string[], mapping: T) => readonly Fault[]) {
  return z.superRefine<T>(
    (mapping, context) => {
      if (typeof mapping !== 'object' || Array.isArray(mapping)) return;
      for (const { wrong, allowed, member } of judge(Object.keys(mapping), mapping)) {
        context.addIssue({
          code: 'custom',
          message: wrong,
          params: { allowed },
          path: member === undefined ? [] : [member],
        });
      }
    },
    { when: () => true },
  );
}

/** Exactly one of these options has to be there. */
export function exactlyOne<T extends object>(options: readonly string[]) {
  const list = options.join(', ');
  return together<T>((names) =>
    names.filter((name) => options.includes(name)).length === 1
      ? []
      : [{ wrong: `not exactly one of ${list}`, allowed: `one of ${list}` }],
  );
}

/** A mapping with names of its own has as many members, if they are good. */
export function between<T extends object>({ least, most, noun }: { least: number; most: number; noun: string }) {
  return z.superRefine<T>((mapping, context) => {
    const { length } = Object.keys(mapping);
    if (length >= least && length <= most) return;
    const allowed = `from ${least} to ${most}, each with a name: ${noun}: {…}`;
    context.addIssue({ code: 'custom', message: `${length} of them`, params: { allowed } });
  });
}

/** Header fields by name; names come out in lower case, and no two may be the same then. */
export function fields<T extends z.ZodType>(name: z.ZodType<string, string>, content: T) {
  return z
    .record(name, content)
    .check(
      together((names) => {
        const lower = names.map((each) => each.toLowerCase());
        return names
          .filter((_, index) => lower.indexOf(lower[index]!) < index)
          .map((member) => ({
            wrong: 'the same header again',
            allowed: 'each header once, in upper or lower case',
            member,
          }));
      }),
    )
    .transform((record) =>
      Object.fromEntries(Object.entries(record).map(([key, value]) => [key.toLowerCase(), value])),
    );
}

/** Sections that may be written as one text, by their first step, with the option that this text then is. */
const shorthands = z.registry<{ option: string }>();

/** A mapping with a fixed set of options; as `shorthand: text` it is short for `{ option: text }`. */
export function shorthand<T extends z.ZodObject>(option: keyof T['shape'] & string, section: T) {
  const schema = z.preprocess((raw) => (typeof raw === 'string' ? { [option]: raw } : raw), section);
  shorthands.add(schema.in, { option });
  return schema;
}

/** The schema without what says that it may be absent. */
function present(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault ? present(schema.def.innerType) : schema;
}

/** The mapping, list, union or text that is written, before every later step. */
export function written(schema: z.core.$ZodType): z.core.$ZodType {
  const inner = present(schema);
  if (!(inner instanceof z.ZodPipe)) return inner;
  return written(inner.in instanceof z.ZodTransform ? inner.out : inner.in);
}

/** The option that the section is, where it is written as one text. */
export function shorthandOf(schema: z.core.$ZodType): string | undefined {
  const inner = present(schema);
  return inner instanceof z.ZodPipe ? shorthands.get(inner.in)?.option : undefined;
}

export function kindOf(schema: z.core.$ZodType): Kind | undefined {
  return kinds.get(written(schema));
}

/** The documentation of an option: what is said outside goes before what is said inside. */
export function documentation(schema: z.core.$ZodType): z.GlobalMeta {
  const own = z.globalRegistry.get(schema) ?? {};
  if (!(schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault)) return own;
  return { ...documentation(schema.def.innerType), ...own };
}
