import * as z from 'zod';
import { PAUSE_CAUSES } from '../model/pause.ts';
import type { MirrorState } from './dependencies.ts';

/** The state of the mirror, as more than one resource shows it. */
export const mirrorState: z.ZodType<MirrorState> = z.strictObject({
  enabled: z.boolean(),
  paused: z
    .array(
      z.strictObject({
        service: z.string().exactOptional().describe('Absent: all services.'),
        cause: z.enum(PAUSE_CAUSES),
        since: z.number().describe('Milliseconds since 1970.'),
        edges: z.int().positive().describe('How many edge threads have paused.'),
      }),
    )
    .readonly()
    .describe('Copies that are paused to relieve clients (mirror.pauseWhen).'),
});
