/** The shape of the verdict, for the API description. */
import * as z from 'zod';
import { ANSWERS } from '../model/answer.ts';
import { DIFFERENCE_KINDS } from '../model/difference.ts';
import { CHECKS } from '../model/route-evidence.ts';
import type { VerdictSettings } from '../model/verdict-settings.ts';
import type { ExpectedSummary } from '../results/expected.ts';
import type { CheckResult, RouteVerdict, ServiceVerdict, Verdict } from '../results/verdict.ts';
import { NEEDS } from '../verdict/needs.ts';
import { FAULTS, type FaultName } from '../verdict/service-decision.ts';

const count = z.int().nonnegative();
const share = z.number().min(0).max(1).describe('A share, from 0 to 1.');
const detail = z.string().describe('In words.');
const reasons = z.array(z.string()).describe('In words, the gravest first.');

const ofRoute = { epsilon: share, margin: share, floor: z.number().describe('Milliseconds.'), minExchanges: count };

const settings: z.ZodType<VerdictSettings> = z
  .strictObject({
    ...ofRoute,
    alpha: share,
    coverage: share,
    shed: share,
    routes: z.record(
      z.string(),
      z.strictObject({
        epsilon: share.exactOptional(),
        margin: share.exactOptional(),
        floor: z.number().exactOptional(),
        minExchanges: count.exactOptional(),
      }),
    ),
  })
  .describe('The settings that were used: as under verdict in the configuration.');

const check: z.ZodType<CheckResult> = z.strictObject({
  check: z.enum(CHECKS).describe('What was tested.'),
  path: z.string().exactOptional().describe('The place of a difference or mismatch.'),
  kind: z.enum(DIFFERENCE_KINDS).exactOptional(),
  signature: z
    .string()
    .exactOptional()
    .describe('The id of a signature, in place of path and kind, if it shares places with an expected one.'),
  state: z.enum(['harm', 'cleared', 'open']).describe('harm: harm is proven. cleared: its absence is proven.'),
  worse: count.describe('Exchanges in which only the shadow was bad.'),
  better: count.describe('Exchanges in which only the control, or the primary, was bad.'),
  exchanges: count,
  between: z.tuple([share, share]).describe('The interval of the rate of `worse`, valid whenever it is looked at.'),
  evidence: z.number().describe('log10 of the evidence for harm.'),
  alarm: z.number().describe('What `evidence` must reach to prove harm.'),
  detail,
});

const route: z.ZodType<RouteVerdict> = z.strictObject({
  route: z.string(),
  verdict: z.enum(['pass', 'regression', 'inconclusive']),
  exchanges: count.describe('Compared.'),
  mismatches: count,
  accepted: count.describe(
    'Mismatches that a rule accepts by now, that are expected, or that the baseline had as well.',
  ),
  reasons,
  checks: z.array(check).describe('The gravest first, at most 20.'),
  needs: z
    .array(
      z.strictObject({
        what: z.enum(NEEDS),
        exchanges: count
          .exactOptional()
          .describe('About how many more exchanges; absent if what came so far does not tell.'),
        milliseconds: z.number().exactOptional().describe('How long that takes at the previous rate.'),
        detail,
      }),
    )
    .describe('What is still needed for a pass.'),
});

const expected: z.ZodType<ExpectedSummary> = z.strictObject({
  reason: z.string(),
  owner: z.string().exactOptional(),
  until: z.number().exactOptional().describe('Milliseconds since 1970; from then on it counts again.'),
  signatures: z.array(z.string()).describe('Their ids.'),
  routes: z.array(z.string()),
  exchanges: count,
});

const service: z.ZodType<ServiceVerdict> = z.strictObject({
  service: z.string(),
  rehearsal: z.string().describe('Its id.'),
  version: z.string().exactOptional().describe('The version of the shadow.'),
  verdict: z.enum(ANSWERS),
  reasons,
  faults: z
    .array(z.strictObject({ name: z.enum(Object.keys(FAULTS) as FaultName[]), detail: z.string() }))
    .describe('Why the measurement itself cannot be trusted.'),
  requests: count,
  exchanges: count.describe('Compared.'),
  covered: share.describe('The share of the exchanges on routes that pass.'),
  shed: share.describe('The share of the requests whose copies were lost to overload.'),
  skipped: share.describe('The share of the requests that were not copied for other reasons.'),
  unsampled: share.describe('The share that the sample or the rate left out.'),
  paused: share.describe('The share of the requests that came while their copies were paused (mirror.pauseWhen).'),
  expected: z
    .array(expected)
    .describe('What does not count against the verdict because somebody expects it, by reason.'),
  baseline: z
    .string()
    .exactOptional()
    .describe('The id of the rehearsal whose mismatches were ignored, if one was asked for.'),
  routes: z.array(route),
  settings: settings.exactOptional(),
});

export const verdict: z.ZodType<Verdict> = z.strictObject({
  schemaVersion: z.literal(1).describe('Within one version fields are only ever added.'),
  verdict: z.enum(ANSWERS).describe('The verdict of the worst service.'),
  generatedAt: z.number().describe('Milliseconds since 1970.'),
  services: z.array(service).describe('The present rehearsal of each service.'),
});
