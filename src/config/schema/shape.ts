import * as z from 'zod';
import { type Kind, kinds } from './values.ts';

declare module 'zod' {
  /**
   * The documentation of an option, in addition to `description`. The reference and the JSON schema are made from it.
   */
  interface GlobalMeta {
    /** The unit, or per what the value counts, if the value does not show it. */
    unit?: string;
    /** What goes wrong if the value is chosen carelessly. */
    hazard?: string;
    /** The meaning of an absent option that has no default value. */
    absent?: string;
    /** A value for the reference, if there is no default. */
    example?: unknown;
  }
}

export interface Fault {
  readonly wrong: string;
  readonly allowed: string;
  /** The member that is wrong; absent: the whole mapping. */
  readonly member?: string;
  /** Something is missing. Beside an unknown key, which was probably meant to be it, this is not said. */
  readonly missing?: boolean;
}

/**
 * Checks which options are combined. It sees all written options, even if their values are wrong, so that one run
 * shows every fault. `mapping` has the parsed values of the valid options only.
 */
export function together<T extends object>(judge: (names: readonly string[], mapping: T) => readonly Fault[]) {
  return z.superRefine<T>(
    (mapping, context) => {
      if (typeof mapping !== 'object' || Array.isArray(mapping)) return;
      const isMisspelled = context.issues.some(({ code }) => code === 'unrecognized_keys');
      for (const { wrong, allowed, member, missing } of judge(Object.keys(mapping), mapping)) {
        if (missing && isMisspelled) continue;
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

/** Exactly one of these options must be present. */
export function exactlyOne<T extends object>(options: readonly string[]) {
  const list = options.join(', ');
  return together<T>((names) => {
    const { length } = names.filter((name) => options.includes(name));
    return length === 1
      ? []
      : [{ wrong: `not exactly one of ${list}`, allowed: `one of ${list}`, missing: length === 0 }];
  });
}

/** A mapping with free names has as many members as were valid. */
export function between<T extends object>({ least, most, noun }: { least: number; most: number; noun: string }) {
  return z.superRefine<T>((mapping, context) => {
    const { length } = Object.keys(mapping);
    if (length >= least && length <= most) return;
    const allowed = `from ${least} to ${most}, each with a name: ${noun}: {…}`;
    context.addIssue({ code: 'custom', message: `${length} of them`, params: { allowed } });
  });
}

/** Header fields by name. Names become lower case; none may then occur twice. */
export function fields<T extends z.ZodType>(name: z.ZodType<string, string>, content: T) {
  return z
    .record(name, content)
    .check(
      together((names) => {
        const lower = names.map((each) => each.toLowerCase());
        return names
          .filter((_, index) => lower.indexOf(lower[index]!) < index)
          .map((member) => ({
            wrong: 'the same header twice',
            allowed: 'each header once, in upper or lower case',
            member,
          }));
      }),
    )
    .transform((record) =>
      Object.fromEntries(Object.entries(record).map(([key, value]) => [key.toLowerCase(), value])),
    );
}

/** Sections that may be written as one text, by their schema, with the option that the text stands for. */
const shorthands = z.registry<{ option: string }>();

/** A mapping with a fixed set of options. With `shorthand`, a text is short for `{ option: text }`. */
export function shorthand<T extends z.ZodObject>(option: keyof T['shape'] & string, section: T) {
  const schema = z.preprocess((raw) => (typeof raw === 'string' ? { [option]: raw } : raw), section);
  shorthands.add(schema.in, { option });
  return schema;
}

/** The schema without its optional or default wrapper. */
function present(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault ? present(schema.def.innerType) : schema;
}

/** The innermost schema: the mapping, list, union or text that is written, without later transformations. */
export function written(schema: z.core.$ZodType): z.core.$ZodType {
  const inner = present(schema);
  if (!(inner instanceof z.ZodPipe)) return inner;
  return written(inner.in instanceof z.ZodTransform ? inner.out : inner.in);
}

/** The option that a section stands for if it is written as one text. */
export function shorthandOf(schema: z.core.$ZodType): string | undefined {
  const inner = present(schema);
  return inner instanceof z.ZodPipe ? shorthands.get(inner.in)?.option : undefined;
}

export function kindOf(schema: z.core.$ZodType): Kind | undefined {
  return kinds.get(written(schema));
}

/** The documentation of an option. Outer metadata overrides inner. */
export function documentation(schema: z.core.$ZodType): z.GlobalMeta {
  const own = z.globalRegistry.get(schema) ?? {};
  if (!(schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault)) return own;
  return { ...documentation(schema.def.innerType), ...own };
}
