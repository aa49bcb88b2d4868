/**
 * What a verdict may be asked about: in a query, where everything is text, or in the body of a webhook, where it may
 * be.
 */
import * as z from 'zod';
import { parseShare } from '../lib/share.ts';
import type { VerdictQuestion } from '../results/verdict-question.ts';
import { queryInteger } from './query-schema.ts';

/** `0.001`, which some programs write as `1e-03`, or `0.1%`. */
function share(min: number, max: number) {
  const read = (given: unknown) => {
    if (typeof given !== 'string') return given;
    return parseShare(given) ?? (/^\d*\.?\d+(e[+-]?\d+)?$/i.test(given) ? Number(given) : given);
  };
  return z.preprocess(read, z.number().min(min).max(max));
}

export const questionMembers = {
  service: z.string().exactOptional().describe('Only this service.'),
  route: z.string().exactOptional().describe('Only this route.'),
  rehearsal: z
    .string()
    .exactOptional()
    .describe('Id, version or label of a rehearsal. Without it, the present one of each service.'),
  baseline: z
    .string()
    .exactOptional()
    .describe('Id, version or label of an earlier rehearsal: places that had mismatches in it are ignored.'),
  epsilon: share(0.000001, 0.5)
    .exactOptional()
    .describe('Replaces the configured value: a share, such as 0.001 or 0.1%.'),
  margin: share(0, 1)
    .exactOptional()
    .describe(
      'Replaces the configured value: a share, such as 0.05 or 5%. Times were recorded with the configured margin, so another one may leave the verdict inconclusive.',
    ),
  minExchanges: queryInteger(0, 1_000_000_000).exactOptional().describe('Replaces the configured value.'),
};

const question = z.strictObject(questionMembers);

export function questionOf({ epsilon, margin, minExchanges, ...of }: z.output<typeof question>): VerdictQuestion {
  const overrides = {
    ...(epsilon !== undefined && { epsilon }),
    ...(margin !== undefined && { margin }),
    ...(minExchanges !== undefined && { minExchanges }),
  };
  return { ...of, overrides };
}
