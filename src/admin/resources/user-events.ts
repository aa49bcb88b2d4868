import * as z from 'zod';
import { LONGEST_USER_ID } from '../../model/experiment.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { Problem } from '../problem.ts';

const MOST_EVENTS = 1_000;
/** Sums of squares of larger values would not be exact. */
const LARGEST = 1e9;

const event = z.strictObject({
  user: z
    .string()
    .min(1, { error: 'empty; allowed: the id of the user as it is in the cookie or header field' })
    .refine((user) => Buffer.byteLength(user) <= LONGEST_USER_ID, { error: `longer than ${LONGEST_USER_ID} bytes` })
    .describe(
      'What `sticky` of the experiment takes from the requests of this user: the value of the cookie, not decoded, or of the header field. It is hashed at once, and neither kept nor logged.',
    ),
  name: z
    .string()
    .min(1, { error: 'empty; allowed: the name of an event of a goal' })
    .max(64, { error: 'longer than 64 characters' })
    .describe('The `event` of a goal.'),
  value: z
    .number()
    .min(-LARGEST, { error: `less than -${LARGEST}` })
    .max(LARGEST, { error: `more than ${LARGEST}` })
    .exactOptional()
    .describe('Added to what the user has for a goal of the kind mean; 1 by default. A conversion counts once.'),
  service: z.string().max(200).exactOptional().describe('Only experiments of this service; by default all.'),
});

export function userEvents({ takeEvents }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'POST',
      path: '/api/v1/events',
      access: 'guarded',
      summary:
        'What users did, for the goals of experiments: all of the events count, or none. They count if their user has seen an arm before.',
      body: z.union([
        event,
        z
          .array(event)
          .min(1, { error: 'no event; allowed: 1 to 1000' })
          .max(MOST_EVENTS, { error: `more than ${MOST_EVENTS} events; send them in several requests` }),
      ]),
      // It has ids of users.
      confidential: true,
      answer: json(
        z.strictObject({
          accepted: z
            .int()
            .nonnegative()
            .describe(
              'Events with the name of an `event` of a goal. Those of users who saw no arm are then left out, which the results tell.',
            ),
          unknown: z
            .array(z.string())
            .readonly()
            .describe('Names that are not the `event` of any goal; they were ignored.'),
        }),
      ),
      problems: ['overloaded'],
      handle({ body }) {
        const taken = takeEvents(Array.isArray(body) ? body : [body]);
        if (taken !== 'no_room') return taken;
        throw new Problem(
          'overloaded',
          'Too many events wait to be written. None was counted; send them again later.',
          {
            headers: { 'retry-after': '5' },
          },
        );
      },
    }),
  ];
}
