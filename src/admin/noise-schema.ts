import * as z from 'zod';
import type { RouteNoise } from '../results/noise.ts';
import { learnedPlace, placeMembers } from './schemas.ts';

const count = z.int().nonnegative();

export const routeNoise: z.ZodType<RouteNoise> = z.strictObject({
  service: z.string(),
  route: z.string(),
  count: count.describe('Exchanges in which only noise differed.'),
  places: z
    .array(z.strictObject({ ...placeMembers, count }))
    .describe('The most frequent first, each with the exchanges in which it differed.'),
  learned: z
    .array(learnedPlace)
    .readonly()
    .describe('How production looks at these places, as far as examples of them are left.'),
  proposal: z.string().exactOptional().describe('Rules that would accept it, as YAML.'),
});
