import * as z from 'zod';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';

const copyTarget = z.strictObject({
  url: z.string(),
  breaker: z
    .enum(['closed', 'half_open', 'open'])
    .describe('Of all edge threads the most open: with open, copies are skipped.'),
  inFlight: z.int().describe('Copies that are sent and not answered.'),
  outOfOrder: z.int().describe('Copies that were sent before their turn, since the start.'),
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
    .describe('The requests that are for it, beside those of its routes; absent: none.'),
  primary: z.strictObject({ url: z.string() }),
  shadow: copyTarget.optional().describe('Absent: nothing is copied.'),
  control: copyTarget.optional(),
});

export function services({ services: read }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/services',
      access: 'guarded',
      summary: 'The services that are configured, with the state of their targets.',
      answer: json(z.strictObject({ services: z.array(serviceState).readonly() })),
      handle: () => ({ services: read() }),
    }),
  ];
}
