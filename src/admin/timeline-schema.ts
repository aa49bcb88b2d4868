/** The shape of results over time, for the API description. */
import * as z from 'zod';
import { LEGS } from '../model/exchange.ts';
import type { Timeline } from '../results/timeline.ts';
import { gaps, outcomes } from './schemas.ts';

const count = z.int().nonnegative();
const milliseconds = z.number().describe('Milliseconds.');
const quantiles = { count, p50: milliseconds, p99: milliseconds };

export const timeline: z.ZodType<Timeline> = z.strictObject({
  step: z.int().positive().describe('The length of a step in milliseconds. Each begins at a multiple of it.'),
  steps: z
    .array(
      z.strictObject({
        at: z.number().describe('Its start, in milliseconds since 1970.'),
        requests: count,
        outcomes,
        legs: z.array(z.strictObject({ leg: z.enum(LEGS), ...quantiles })).describe('To the last byte.'),
        delta: z
          .strictObject(quantiles)
          .exactOptional()
          .describe('Shadow minus control, or minus primary, of the same exchange. Absent: no pair.'),
        shed: z
          .number()
          .min(0)
          .max(1)
          .exactOptional()
          .describe('The share of the wanted copies that were lost to overload. Absent: none was wanted.'),
      }),
    )
    .describe('Oldest first, without a hole: a step without traffic has 0 requests.'),
  gaps,
  begunAt: z
    .number()
    .exactOptional()
    .describe(
      'When the first of these rehearsals began, in milliseconds since 1970: the step with it is shorter. Absent: none did.',
    ),
});
