/** The shape of the health, for the API description. */
import * as z from 'zod';
import type { Health } from './dependencies.ts';
import { mirrorState } from './mirror-schema.ts';
import { count, milliseconds, readingState, recorderState, threadMembers, time } from './schemas.ts';

const target = z.strictObject({
  role: z.enum(['primary', 'shadow', 'control', 'arm']),
  variant: z.string().exactOptional().describe('Of the target of an arm of an experiment: `EXPERIMENT=ARM`.'),
  url: z.string(),
  reachable: z.boolean().describe('False: the latest attempt of a thread to connect has failed.'),
  breaker: z.enum(['closed', 'half_open', 'open']).exactOptional(),
  inFlight: z.int().exactOptional().describe('Copies in flight.'),
  outOfOrder: z.int().exactOptional().describe('Copies that were sent out of order since the start.'),
});

export const health: z.ZodType<Health> = z.strictObject({
  instance: z.string().describe('Random, and another one after each start.'),
  version: z.string(),
  node: z.string(),
  now: time,
  startedAt: time,
  recordedAt: time.exactOptional().describe('When results were written last, in milliseconds since 1970.'),
  ready: z.strictObject({ ok: z.boolean(), reasons: z.array(z.string()) }),
  mirror: mirrorState,
  threads: z.array(
    z.strictObject({
      ...threadMembers,
      lag: milliseconds.describe('The longest delay of its event loop in the last minute, in milliseconds.'),
    }),
  ),
  tapes: z.array(
    z.strictObject({
      tape: z.string().describe('From and to: `edge-0/mirror-0`.'),
      bytes: count.describe('Written and not read yet.'),
      capacity: count,
      dropped: count.describe('Exchanges whose copy did not fit, since the start.'),
    }),
  ),
  services: z.array(z.strictObject({ service: z.string(), targets: z.array(target) })),
  recorder: recorderState,
  reading: readingState,
  store: z.strictObject({
    location: z.string().describe('The file; `:memory:` keeps nothing.'),
    limit: count.describe('The most bytes.'),
    age: milliseconds.describe('For how long results are kept, in milliseconds.'),
    bytes: count.exactOptional().describe('With its log.'),
    from: time.exactOptional().describe('The time of the oldest result, in milliseconds since 1970.'),
    to: time.exactOptional().describe('The time of the newest result, in milliseconds since 1970.'),
    error: z.string().exactOptional().describe('Why it cannot be read.'),
  }),
  config: z.strictObject({ generation: count, lastError: z.string().exactOptional(), loadedAt: time }),
  lost: z
    .strictObject({ logLines: count, accessLines: count, alerts: count })
    .describe('Since the start: lines and messages that could not be written or sent.'),
});
