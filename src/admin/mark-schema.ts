/** What a person says of signatures. */
import * as z from 'zod';
import { TRIAGE_STATES } from '../model/triage.ts';

export const markMembers = {
  state: z.enum(TRIAGE_STATES),
  reason: z
    .string()
    .exactOptional()
    .describe('With `expected`, which needs it: the reason. With `fixed`: what fixed it.'),
  owner: z.string().exactOptional().describe('With `expected`: who knows about it.'),
  until: z
    .union([z.int(), z.string()], { error: 'neither milliseconds since 1970 nor a date as YYYY-MM-DD' })
    .exactOptional()
    .describe('With `expected`: the last day, as YYYY-MM-DD in UTC, or the moment in milliseconds since 1970.'),
};
