import * as z from 'zod';
import { readVerdict } from '../../results/verdict.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { queryInteger } from '../schemas.ts';
import { verdict as verdictSchema } from '../verdict-schema.ts';

/** A share in a query, in digits and nothing else. */
const queryShare = z.preprocess(
  (text) => (typeof text === 'string' && /^\d*\.?\d+$/.test(text) ? Number(text) : text),
  z.number().min(0.000001).max(0.5),
);

export function verdict({ store, now }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/verdict',
      access: 'guarded',
      summary: 'Whether the shadow may be released: pass, regression, inconclusive or invalid, with the reasons.',
      query: z.strictObject({
        service: z.string().exactOptional().describe('Only this service.'),
        route: z.string().exactOptional().describe('Only this route.'),
        epsilon: queryShare.exactOptional().describe('In place of what is configured: a share, such as 0.001.'),
        minExchanges: queryInteger(0, 1_000_000_000).exactOptional().describe('In place of what is configured.'),
      }),
      answer: json(verdictSchema),
      problems: ['store_unusable'],
      async handle({ query }) {
        const { epsilon, minExchanges, ...of } = query;
        const overrides = {
          ...(epsilon !== undefined && { epsilon }),
          ...(minExchanges !== undefined && { minExchanges }),
        };
        return readVerdict(store, { ...of, overrides, now: now() });
      },
    }),
  ];
}
