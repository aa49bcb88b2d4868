import * as z from 'zod';
import { verdict } from '../../../src/admin/verdict-schema.ts';

/** The JSON schema for those who read verdicts. Fields may be added, so that others than these are allowed. */
export function renderVerdictSchema(): string {
  const schema = z.toJSONSchema(verdict, {
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  return `${JSON.stringify({ title: 'Understudy verdict', ...schema }, undefined, 2)}\n`;
}
