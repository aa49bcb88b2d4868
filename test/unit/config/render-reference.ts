import { stringify } from 'yaml';
import * as z from 'zod';
import { allowedBy } from '../../../src/config/explain.ts';
import { root } from '../../../src/config/schema/root.ts';
import { documentation, written } from '../../../src/config/schema/shape.ts';

const INTRODUCTION = [
  'Understudy: every option, with its meaning, its allowed values, and the hazard of a careless value.',
  '',
  'The values shown are the defaults. A line that begins with # and no space shows an option without a default.',
  `Any value may refer to the environment: \${NAME} or \${NAME:-default}; $\${ stands for \${ itself.`,
  'Flags override UNDERSTUDY_* variables, which override this file, which overrides the defaults.',
  'Each option has a variable: UNDERSTUDY_ and its name in upper case, with _ between sections and words, such as',
  'UNDERSTUDY_MIRROR_MAX_BODY for maxBody under mirror. A section that may be one text is that text, or the section as',
  '{…}; lists and mappings are YAML: UNDERSTUDY_MIRROR_METHODS="[GET, POST]", UNDERSTUDY_ROUTES="[{name: orders}]".',
  'Options inside lists have no variable. An unknown variable that begins with UNDERSTUDY_ is an error.',
  '',
  'Generated from the schema by `npm run generate`; changes belong there.',
];

type Schema = z.core.$ZodType;

/** The reference as YAML. What it sets is what holds without it. */
export function renderReference(): string {
  return `${[...INTRODUCTION.map(comment), ...new Reference().section(root.shape, '', 'set')].join('\n')}\n`;
}

/** `shown`: behind a #, since setting it would change something. */
type Mode = 'set' | 'shown';

class Reference {
  /** An option that stands in several places is explained in the first. */
  readonly #explained = new Set<string>();

  section(shape: Readonly<Record<string, Schema>>, indent: string, mode: Mode): string[] {
    return Object.entries(shape).flatMap(([name, schema]) => {
      const lines = this.#option(name, schema, indent, mode);
      return indent === '' ? ['', ...lines] : lines;
    });
  }

  #option(name: string, schema: Schema, indent: string, inherited: Mode): string[] {
    const preset = presetOf(schema);
    const section = nestedIn(schema);
    const mode = preset === undefined || (isEmpty(preset) && section === undefined) ? 'shown' : inherited;
    const notes = this.#notes(schema, indent);
    if (section !== undefined) {
      const lines = this.section(section.shape, `${indent}  `, mode);
      // A section of which nothing is set would be an empty value.
      const anySet = lines.some((line) => !line.trimStart().startsWith('#'));
      return [...notes, `${indent}${anySet ? '' : '#'}${name}:`, ...lines];
    }
    const named = namedIn(schema);
    // In the place of others that are set here: not to be had by taking the # away.
    if (named !== undefined)
      return [...notes, ...this.#members(named, indent), `${indent}# ${name}: ${flow(documentation(schema).example)}`];
    const head = `${indent}${mode === 'set' ? '' : '#'}${name}:`;

    const element = elementOf(schema);
    const value = preset === undefined || isEmpty(preset) ? documentation(schema).example : preset;
    if (element === undefined) return [...notes, ...this.#members(schema, indent), `${head} ${flow(value)}`];
    if (value === undefined)
      return [...notes, head, ...asItem(this.section(element.shape, `${indent}    `, 'shown'), indent)];
    const items = (value as unknown[]).map((item) => `${indent}  #- ${flow(item)}`);
    return [...notes, ...this.#members(schema, indent), head, ...items];
  }

  #notes(schema: Schema, indent: string): string[] {
    const { description, unit, hazard, absent } = documentation(schema);
    if (description === undefined || this.#explained.has(description)) return [];
    this.#explained.add(description);
    const plain = nestedIn(schema) === undefined && elementOf(schema) === undefined;
    const labeled = { Allowed: plain ? allowedBy(schema) : undefined, Counts: unit, Absent: absent, Hazard: hazard };
    return [
      ...wrap(description, indent),
      ...Object.entries(labeled).flatMap(([label, text]) =>
        text === undefined ? [] : wrap(`${label}: ${text}`, indent),
      ),
    ];
  }

  /** The options of a section that a value or an example shows, rather than a line for each of them. */
  #members(schema: Schema, indent: string): string[] {
    const section = elementOf(schema) ?? sectionOf(schema);
    if (section === undefined) return [];
    return Object.entries(section.shape).flatMap(([name, schema]) => {
      const { description = '', hazard } = documentation(schema);
      if (this.#explained.has(description)) return [];
      this.#explained.add(description);
      const text = `  ${name}: ${description} Allowed: ${allowedBy(schema)}.${hazard === undefined ? '' : ` Hazard: ${hazard}`}`;
      return wrap(text, indent);
    });
  }
}

function presetOf(schema: Schema): unknown {
  return schema instanceof z.ZodPrefault ? schema.def.defaultValue : undefined;
}

const isEmpty = (preset: unknown) => typeof preset === 'object' && preset !== null && Object.keys(preset).length === 0;

/** The section whose options are shown one by one: not where a value stands for it. */
function nestedIn(schema: Schema): z.ZodObject | undefined {
  const value = presetOf(schema) ?? documentation(schema).example;
  return value === undefined || isEmpty(value) ? sectionOf(schema) : undefined;
}

/** The section that is written there, also as one of two forms. */
function sectionOf(schema: Schema): z.ZodObject | undefined {
  const inner = written(schema);
  if (inner instanceof z.ZodUnion) return inner.options.map(sectionOf).find((section) => section !== undefined);
  return inner instanceof z.ZodObject ? inner : undefined;
}

/** The section that each element of a list is. */
function elementOf(schema: Schema): z.ZodObject | undefined {
  const inner = written(schema);
  return inner instanceof z.ZodArray ? sectionOf(inner.element as Schema) : undefined;
}

/** The section that each member of a mapping with names of its own is. */
function namedIn(schema: Schema): z.ZodObject | undefined {
  const inner = written(schema);
  return inner instanceof z.ZodRecord ? sectionOf(inner.valueType as Schema) : undefined;
}

/** Lines of options as the one element of a list: the first option gets the dash. */
function asItem(lines: readonly string[], indent: string): string[] {
  const first = lines.findIndex((line) => line.trimStart().startsWith('#') && !line.trimStart().startsWith('# '));
  return lines.map((line, index) => (index === first ? `${indent}  #- ${line.trimStart().slice(1)}` : line));
}

function flow(value: unknown): string {
  return stringify(value, {
    schema: 'failsafe',
    collectionStyle: 'flow',
    flowCollectionPadding: false,
    lineWidth: 0,
  }).trim();
}

const comment = (text: string) => (text === '' ? '#' : `# ${text}`);

const WIDTH = 110;

function wrap(text: string, indent: string): string[] {
  const hanging = /^ */.exec(text)![0];
  const lines: string[] = [];
  let line = hanging;
  for (const word of text.trim().split(' ')) {
    if (line.trim() !== '' && indent.length + line.length + word.length + 3 > WIDTH) {
      lines.push(line);
      line = `${hanging}  `;
    }
    line += line.trim() === '' ? word : ` ${word}`;
  }
  return [...lines, line].map((each) => `${indent}# ${each}`);
}
