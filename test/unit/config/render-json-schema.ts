import * as z from 'zod';
import { root } from '../../../src/config/schema/root.ts';
import { kindOf, shorthandOf } from '../../../src/config/schema/shape.ts';
import { kinds } from '../../../src/config/schema/values.ts';

type Json = z.core.JSONSchema.BaseSchema;

const ENVIRONMENT = {
  description: `A reference to the environment, as in \${NAME}.`,
  type: 'string',
  pattern: '\\$\\{',
};

/** The JSON schema for editors: what may be written, before anything is parsed. */
export function renderJsonSchema(): string {
  const schema = z.toJSONSchema(root, {
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => describe(zodSchema, jsonSchema),
  });
  return `${JSON.stringify({ title: 'Understudy configuration', ...schema, $defs: { environment: ENVIRONMENT } }, undefined, 2)}\n`;
}

function describe(schema: z.core.$ZodType, json: Json): void {
  const kind = kinds.get(schema);
  if (kind !== undefined) replace(json, withEnvironment(kind.json));
  const option = shorthandOf(schema);
  if (option !== undefined && json.properties?.[option] !== undefined) {
    const { default: preset, description, ...section } = json;
    replace(json, { ...defined({ description, default: preset }), anyOf: [json.properties[option], section] });
  }
  typeDefault(schema, json);
  documentOn(json);
}

/** A value that is no free text may come from the environment as well. */
function withEnvironment(json: Json): Json {
  const free = json.type === 'string' && json.pattern === undefined;
  return free ? json : { anyOf: [json, { $ref: '#/$defs/environment' }] };
}

/** Defaults are kept as text; editors want `256` rather than `"256"`. */
function typeDefault(schema: z.core.$ZodType, json: Json): void {
  const { type } = kindOf(schema)?.json ?? {};
  if (type !== 'string' && typeof json.default === 'string' && /^(?:\d+|true|false)$/.test(json.default)) {
    json.default = JSON.parse(json.default);
  }
}

/** JSON schema knows a description and examples; unit, hazard and the rest become sentences of the description. */
function documentOn(json: Json): void {
  const { unit, hazard, absent, example } = json as z.GlobalMeta;
  const sentences = [json.description, labeled('Counts', unit), labeled('Absent', absent), labeled('Hazard', hazard)];
  const description = sentences.filter((sentence) => sentence !== undefined).join(' ');
  if (description !== '') json.description = description;
  if (example !== undefined) json.examples = [example as never];
  for (const key of ['unit', 'hazard', 'absent', 'example']) delete json[key];
}

const labeled = (label: string, text: string | undefined) =>
  text === undefined ? undefined : `${label}: ${text.replace(/\.$/, '')}.`;

const defined = (object: object) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

function replace(json: Json, by: object): void {
  for (const key of Object.keys(json)) delete json[key];
  Object.assign(json, by);
}
