/** The shapes of the API's responses, for its description and for the tests that check responses against it. */
import * as z from 'zod';
import { DIFFERENCE_KINDS, type Difference, type Place } from '../model/difference.ts';
import { LEGS } from '../model/exchange.ts';
import type {
  Fits,
  LearnedPlace,
  RecordedBody,
  RecordedDifference,
  RecordedExchange,
  RecordedLeg,
} from '../model/finding.ts';
import { ENDINGS } from '../model/outcome.ts';
import { REDACTIONS } from '../model/redaction.ts';
import type { Rehearsal } from '../model/rehearsal.ts';
import type { Repeated } from '../model/repeat.ts';
import type {
  Crowded,
  DeltaQuantiles,
  LegLatency,
  Quantiles,
  RedactionRow,
  RehearsalRow,
  RuleRow,
  StoredExchange,
  Summary,
} from '../model/store-reader.ts';
import { THREAD_STATUSES } from '../model/thread-status.ts';
import type { Triage } from '../model/triage.ts';
import type { RuleState } from '../results/rule-state.ts';
import type { ServiceResults } from '../results/services.ts';
import type { TriagedSignature } from '../results/triage.ts';
import type { ProcessState, RecorderState } from './dependencies.ts';
import type { ReadingState } from './reading.ts';

export const count = z.int().nonnegative();
export const time = z.number().describe('Milliseconds since 1970.');
export const milliseconds = z.number().describe('Milliseconds.');
const fields = z.array(z.string()).describe('Name, value, name, value … as received, one character per byte (latin1).');

export const ending = z
  .enum(ENDINGS)
  .describe('What became of an exchange: its outcome, and the reason if it was skipped.');

export const outcomes = z.array(z.strictObject({ ending, count }));

export const quantileMembers = { count, p50: milliseconds, p90: milliseconds, p99: milliseconds };
const quantiles: z.ZodType<Quantiles> = z.strictObject(quantileMembers);

export const deltaMembers = {
  medianBetween: z
    .tuple([milliseconds, milliseconds])
    .exactOptional()
    .describe('The interval of their median, with 99.9 % confidence at any time. Absent if unknown.'),
  ifIndependent: z
    .tuple([milliseconds, milliseconds])
    .exactOptional()
    .describe('The interval if all pairs were independent: a first impression, which one bad moment can cause.'),
  effectiveCount: count.describe('How many independent pairs would say as much.'),
};

const deltaQuantiles: z.ZodType<DeltaQuantiles> = z
  .strictObject({ ...quantileMembers, ...deltaMembers })
  .describe('Shadow leg minus control leg, or minus primary leg if there is no control.');

export const crowded: z.ZodType<Crowded> = z
  .strictObject({ count, inFlight: count.describe('The most copies in flight at that target.') })
  .describe('Pairs that are excluded from the delta, because shadow or control was queueing.');

const legLatency: z.ZodType<LegLatency> = z.strictObject({
  leg: z.enum(LEGS),
  firstByte: quantiles,
  lastByte: quantiles,
});

const latencyMembers = {
  service: z.string(),
  route: z.string(),
  latency: z.array(legLatency).readonly(),
  delta: deltaQuantiles.exactOptional(),
  crowded: crowded.exactOptional(),
};

export const latencyOfRoute = z.strictObject(latencyMembers);

export const routeMembers = { ...latencyMembers, requests: count, outcomes };

export const serviceRow: z.ZodType<ServiceResults> = z.strictObject({
  service: z.string(),
  state: z
    .enum(['mirrored', 'not_mirrored', 'gone'])
    .describe('`not_mirrored`: it has no shadow. `gone`: it is no longer configured.'),
  requests: count,
  outcomes,
});

export const gaps = z
  .array(z.strictObject({ from: time, to: time }))
  .describe('Times whose results may be missing, because a process ended without its last flush.');

export const totals: z.ZodType<Omit<Summary, 'routes'>> = z.strictObject({
  from: time.exactOptional().describe('The start of the first minute with traffic.'),
  to: time.exactOptional().describe('The end of the last minute with traffic, or the last flush, if that was earlier.'),
  requests: count,
  outcomes,
  gaps,
});

export const recorderState: z.ZodType<RecorderState> = z.strictObject({
  status: z.enum(['recording', 'degraded']),
  detail: z.string().exactOptional(),
  pendingRequests: count.describe('Counted but not written yet.'),
  droppedExamples: count.describe('Dropped since the start because too many waited.'),
  examplesDroppedAt: time.exactOptional().describe('When that was noticed last, in milliseconds since 1970.'),
  damages: count.describe('How often a file of the store was found damaged since the start.'),
  lastDamage: z.string().exactOptional().describe('What was found last, and what was done.'),
  lastDamageAt: time.exactOptional().describe('When, in milliseconds since 1970.'),
});

export const readingState: z.ZodType<ReadingState> = z.strictObject({
  status: z
    .enum(['read', 'failing'])
    .describe('`failing`: something that was asked for could not be read from the store, and has not been read since.'),
  failures: count.describe('Calls that could not read results since the start.'),
  lastFailure: z
    .strictObject({
      since: time.describe('When what fails together with it began to fail.'),
      at: time,
      why: z.string().describe('With what to do.'),
    })
    .exactOptional()
    .describe('The latest.'),
});

export const threadMembers = {
  name: z.string(),
  status: z
    .enum(THREAD_STATUSES)
    .describe('`failing`: it dies repeatedly, whether or not it is running at the moment.'),
  restarts: count,
  lastDeath: z.string().exactOptional().describe('Why it died last.'),
};

export const processState: z.ZodType<ProcessState> = z.strictObject({
  live: z.boolean(),
  ready: z.strictObject({ ok: z.boolean(), reasons: z.array(z.string()) }),
  recorder: recorderState,
  reading: readingState,
  threads: z.array(z.strictObject(threadMembers)),
  configGeneration: count,
  configLastError: z.string().exactOptional(),
});

export const placeMembers = {
  path: z.string().describe('`status`, `header.<name>`, or an index-free path into the body.'),
  kind: z.enum(DIFFERENCE_KINDS),
};
export const place: z.ZodType<Place> = z.strictObject(placeMembers);

export const differenceMembers = {
  ...placeMembers,
  left: z.string().exactOptional(),
  right: z.string().exactOptional(),
};

const difference: z.ZodType<Difference> = z.strictObject(differenceMembers);

const fits: z.ZodType<Fits> = z
  .strictObject({
    effects: z.array(z.string()).describe('Effects that would accept it.'),
    delay: milliseconds.exactOptional(),
    distance: z.number().exactOptional(),
    share: z.number().exactOptional(),
    parts: z.array(z.string()).exactOptional().describe('The parts of the URL that differ.'),
  })
  .describe('What was found in the complete values, before they were redacted and cut. It contains no part of them.');
const recordedDifference: z.ZodType<RecordedDifference> = z.strictObject({
  ...differenceMembers,
  fits: fits.exactOptional(),
});

export const repeated: z.ZodType<Repeated> = z
  .strictObject({
    label: z.enum(['persistent', 'transient']).describe('What most of the repeats showed.'),
    persistent: count.describe('Repeats that still differed there.'),
    transient: count.describe('Repeats that no longer did.'),
  })
  .describe('Results of repeated requests (mirror.confirm). Absent: none was repeated.');

const signatureMembers = {
  service: z.string(),
  id: z.string(),
  route: z.string(),
  ending,
  primaryStatus: z.int(),
  shadowStatus: z.int(),
  places: z.array(place),
  count,
  firstSeen: time,
  lastSeen: time,
  repeated: repeated.exactOptional(),
};
const markedAt = time.describe('When it was marked, in milliseconds since 1970.');
export const expectation = {
  reason: z.string(),
  owner: z.string().exactOptional(),
  until: time.exactOptional().describe('Milliseconds since 1970; from then on it is open again.'),
};
export const repair = { reason: z.string().exactOptional().describe('What a person said of it.') };
export const reopened = z
  .strictObject({ was: z.enum(['expected', 'fixed']), at: time })
  .exactOptional()
  .describe('It opened again by itself: it was seen after it was marked as fixed, or its time was over.');
const open = { state: z.literal('open'), reopened };
const expected = { state: z.literal('expected'), ...expectation, markedAt };
const fixed = { state: z.literal('fixed'), ...repair, markedAt };
export const triage: z.ZodType<Triage> = z.discriminatedUnion('state', [
  z.strictObject(open),
  z.strictObject(expected),
  z.strictObject(fixed),
]);
export const signatureRow: z.ZodType<TriagedSignature> = z.discriminatedUnion('state', [
  z.strictObject({ ...signatureMembers, ...open }),
  z.strictObject({ ...signatureMembers, ...expected }),
  z.strictObject({ ...signatureMembers, ...fixed }),
]);

const rehearsalMembers = {
  id: z.string(),
  service: z.string(),
  version: z.string().exactOptional().describe('Absent if the version is unknown.'),
  label: z.string().exactOptional(),
  begunAt: time,
  presentSince: time,
};

const body: z.ZodType<RecordedBody> = z.strictObject({
  encoding: z.enum(['utf8', 'base64']),
  content: z.string(),
  length: count.describe('Decoded length in bytes before any cut.'),
  truncated: z.boolean(),
});

const leg: z.ZodType<RecordedLeg> = z.union([
  z.strictObject({
    status: z.int(),
    reason: z.string(),
    fields,
    trailers: fields,
    body,
    timing: z.strictObject({ connect: milliseconds, firstByte: milliseconds, lastByte: milliseconds }),
  }),
  z.strictObject({ failure: z.enum(['timeout', 'unreachable', 'reset', 'invalid']), detail: z.string() }),
]);

export const learnedPlace: z.ZodType<LearnedPlace> = z.strictObject({
  ...placeMembers,
  control: count.describe('Exchanges in which the control (or the primary, asked once more) differed there.'),
  shadowAlone: count.describe('Exchanges in which only the shadow did.'),
  classes: z
    .array(z.strictObject({ name: z.string(), count }))
    .readonly()
    .describe('The classes of values that production shows there, with counts.'),
  parts: z
    .array(z.string())
    .readonly()
    .describe('For URLs, paths and tokens: the parts that differ in production as well. Other parts are compared.'),
});

const exchangeMembers = {
  id: z.string(),
  route: z.string(),
  receivedAt: time,
  ending,
  servedBy: z
    .literal('shadow')
    .exactOptional()
    .describe('Present where a rollout let the shadow serve the client: then the primary got the copy.'),
  request: z.strictObject({ method: z.string(), target: z.string(), fields, body }),
  primary: leg,
  shadow: leg,
  control: leg.exactOptional(),
  differences: z.array(recordedDifference),
  learned: z.array(learnedPlace).exactOptional().describe('The differing places that were known to be noisy.'),
  noise: z.array(difference).exactOptional().describe('Other differences, which the control explains.'),
  accepted: z.array(z.strictObject({ ...differenceMembers, rule: z.string() })),
};

export const exchange: z.ZodType<StoredExchange> = z.strictObject({ service: z.string(), ...exchangeMembers });

/** An exchange that was stored as a file. Before there were services, it named none. */
export const exchangeFile: z.ZodType<RecordedExchange & Partial<Pick<StoredExchange, 'service'>>> = z.strictObject({
  service: z.string().exactOptional(),
  ...exchangeMembers,
});

const detailMembers = { ...signatureMembers, examples: z.array(exchange) };
export const signatureDetail: z.ZodType<TriagedSignature & { readonly examples: readonly StoredExchange[] }> =
  z.discriminatedUnion('state', [
    z.strictObject({ ...detailMembers, ...open }),
    z.strictObject({ ...detailMembers, ...expected }),
    z.strictObject({ ...detailMembers, ...fixed }),
  ]);

export const rule: z.ZodType<RuleRow & { readonly state: RuleState }> = z.strictObject({
  rule: z.string().describe('As in the configuration.'),
  origin: z.string().describe('`file:line` or `flag`.'),
  until: time.exactOptional().describe('Milliseconds since 1970; from then on the rule no longer applies.'),
  hits: count.describe('Pairs in which it accepted something or changed how they were read, over all routes.'),
  services: z
    .array(z.strictObject({ service: z.string(), hits: count }))
    .readonly()
    .describe('The services that have it.'),
  state: z.enum(['in_use', 'expired', 'never_hit']),
});

export const redaction: z.ZodType<RedactionRow> = z.strictObject({
  rule: z.enum(REDACTIONS).describe('A default rule, or `configured` for what the configuration names.'),
  count: count.describe('Values that it hid.'),
  names: z
    .array(z.strictObject({ name: z.string(), count }))
    .readonly()
    .describe('Names of the values, the most frequent first; none if the rule recognizes values by their shape.'),
});

export const rehearsal: z.ZodType<Rehearsal> = z.strictObject(rehearsalMembers);

export const rehearsalRow: z.ZodType<RehearsalRow> = z.strictObject({
  ...rehearsalMembers,
  state: z.enum(['present', 'earlier']),
  requests: count,
  from: time.exactOptional().describe('The start of the first minute with traffic.'),
  to: time.exactOptional().describe('The end of the last minute with traffic.'),
});
