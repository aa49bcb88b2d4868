import * as z from 'zod';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';

const copyTarget = z.strictObject({
  url: z.string(),
  breaker: z
    .enum(['closed', 'half_open', 'open'])
    .describe('The most open state among all edge threads. open: copies are skipped.'),
  inFlight: z.int().describe('Copies in flight.'),
  outOfOrder: z.int().describe('Copies that were sent out of order since the start.'),
});

const serviceState = z.strictObject({
  service: z.string(),
  match: z
    .strictObject({
      path: z.string().optional(),
      methods: z.array(z.string()).readonly().optional(),
      host: z.string().optional(),
      headers: z
        .array(z.strictObject({ name: z.string() }))
        .readonly()
        .optional(),
    })
    .optional()
    .describe('Requests for this service, in addition to those of its routes; absent: none.'),
  primary: z.strictObject({ url: z.string() }),
  shadow: copyTarget.optional().describe('Absent: nothing is copied.'),
  control: copyTarget.optional(),
  experiments: z.array(z.string()).readonly().describe('The names of those that are configured.'),
});

export function services({ services: read }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/services',
      access: 'guarded',
      summary: 'The configured services, with the state of their targets.',
      answer: json(z.strictObject({ services: z.array(serviceState).readonly() })),
      handle: () => ({ services: read() }),
    }),
  ];
}
