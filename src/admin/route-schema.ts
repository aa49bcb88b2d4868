/** The shapes of routes and their latencies, for the API description. */
import * as z from 'zod';
import { LEGS } from '../model/exchange.ts';
import type { Distribution, LatencyDetail } from '../results/latency-detail.ts';
import type { RoutePage } from '../results/route-page.ts';
import { count, crowded, deltaMembers, milliseconds, quantileMembers, routeMembers, time } from './schemas.ts';

const share = z.number().min(0).max(1);

const shift = z
  .strictObject({
    direction: z.enum(['slower', 'faster']),
    against: z.enum(['control', 'primary']),
    delta: milliseconds.describe('The median of the paired deltas.'),
    from: milliseconds.describe('The median of the other leg.'),
    to: milliseconds.describe('The median of the shadow.'),
    pairs: count,
    between: z.tuple([milliseconds, milliseconds]).exactOptional().describe('Absent: a first impression.'),
  })
  .describe('Absent if the shadow is not clearly slower or faster.');

const row = z.strictObject({
  ...routeMembers,
  state: z
    .enum(['mismatching', 'failing', 'clean', 'idle'])
    .describe('By what is open. clean: something was compared and all of it was good. idle: nothing was compared.'),
  shift: shift.exactOptional(),
  compared: count.describe('match, noise, accepted or mismatch.'),
  mismatches: z.strictObject({
    count,
    open: count.describe('Those that nobody has marked as expected or fixed.'),
    rate: share.describe('Of the compared exchanges.'),
    between: z.tuple([share, share]).describe('The interval of the true rate, valid whenever it is looked at.'),
  }),
  verdict: z
    .enum(['pass', 'regression', 'inconclusive'])
    .exactOptional()
    .describe('Of all times, whatever window is asked for. Absent: not judged.'),
  evidence: z
    .number()
    .exactOptional()
    .describe('The strongest evidence for harm, as a share of a proof: from 1 on, harm is proven.'),
  spark: z
    .strictObject({ compared: z.array(count), mismatches: z.array(count) })
    .describe('Exchanges in each step, oldest first.'),
});

export const routePage: z.ZodType<RoutePage> = z.strictObject({
  routes: z.array(row),
  total: count.describe('How many routes pass the filters.'),
  sparkStep: milliseconds.describe('The length of the steps of `spark`, in milliseconds.'),
  sparkFrom: time.describe('The start of the first step, in milliseconds since 1970.'),
});

const distributionMembers = {
  ...quantileMembers,
  deciles: z.array(milliseconds).describe('The 10 % quantile … the 90 % quantile.'),
  histogram: z
    .array(z.strictObject({ from: milliseconds, to: milliseconds, count }))
    .describe('Bars of which each begins where the one before ends; together they have all values. At most 120.'),
} satisfies Record<keyof Distribution, unknown>;

export const latencyDetail: z.ZodType<LatencyDetail> = z.strictObject({
  service: z.string(),
  route: z.string(),
  against: z.enum(['control', 'primary']).describe('What the deltas are measured against.'),
  legs: z.array(z.strictObject({ leg: z.enum(LEGS), to: z.enum(['firstByte', 'lastByte']), ...distributionMembers })),
  delta: z
    .strictObject({ ...distributionMembers, ...deltaMembers })
    .exactOptional()
    .describe('Of the same exchange, to the last byte: shadow minus control, or minus primary.'),
  shifts: z
    .array(
      z.strictObject({
        quantile: z.number().describe('0.1 … 0.9'),
        shift: milliseconds.describe("The shadow's quantile minus the primary's."),
        floor: milliseconds
          .exactOptional()
          .describe("The control's quantile minus the primary's: what two instances of one version differ by."),
      }),
    )
    .describe('At each decile, to the last byte, not paired. Empty as long as one of the two legs is missing.'),
  margin: milliseconds
    .exactOptional()
    .describe("A slower shadow is no harm below this: the configured share of the other leg's median, or the floor."),
  crowded: crowded.exactOptional(),
});
