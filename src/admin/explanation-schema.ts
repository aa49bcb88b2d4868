import * as z from 'zod';
import type { Explanation } from '../results/explanation.ts';
import { differenceMembers, placeMembers } from './schemas.ts';

const count = z.int().nonnegative();

export const explanation: z.ZodType<Explanation & { readonly furtherSteps: number }> = z.strictObject({
  route: z.string().describe('The route whose rules were applied.'),
  rules: z
    .array(
      z.strictObject({
        rule: z.string().describe('As in the configuration.'),
        origin: z.string().describe('`file:line` or `flag`.'),
        state: z.enum(['used', 'not_used', 'expired']),
      }),
    )
    .describe('All rules of the route, in the order of the configuration.'),
  steps: z.array(z.string()).describe('What the comparison did, in words.'),
  furtherSteps: count.describe('Steps that are left out.'),
  outcome: z
    .enum(['match', 'accepted', 'noise', 'mismatch', 'untried'])
    .describe('`untried`: what is left is at places where the record is not enough.'),
  differences: z
    .array(
      z.strictObject({
        ...differenceMembers,
        control: z
          .enum(['noise', 'otherwise'])
          .exactOptional()
          .describe('The control differs there as well: it is noise, or with values that look otherwise.'),
      }),
    )
    .describe('What no rule accepts.'),
  accepted: z.array(z.strictObject({ ...differenceMembers, rule: z.string() })),
  omitted: count.describe('Further differences at the same places, which are not listed.'),
  untried: z
    .array(z.strictObject({ ...placeMembers, why: z.enum(['redacted', 'cut', 'withheld']) }))
    .describe('Places where the record is not enough to apply the rules.'),
  proposal: z.string().exactOptional().describe('Rules that would accept the differences, as YAML.'),
});
