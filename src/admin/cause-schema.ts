/** The shapes of causes, for the API description. */
import * as z from 'zod';
import type { RuleProposal } from '../compare/proposals/propose.ts';
import { SEVERITIES } from '../compare/severity.ts';
import type { CauseDetail, CausePage } from '../results/cause-page.ts';
import { type CauseRow, NOVELTIES } from '../results/cause-rows.ts';
import type { CauseProposal } from '../results/proposal.ts';
import {
  count,
  ending,
  exchange,
  expectation,
  place,
  placeMembers,
  reopened,
  repair,
  repeated,
  signatureRow,
  time,
} from './schemas.ts';

const countedPlace = z.strictObject({
  ...placeMembers,
  count: count.describe('Exchanges in which this place differs.'),
});

const members = {
  id: z.string().describe('For `/api/v1/causes/{id}`. It stays valid as more is recorded.'),
  service: z.string(),
  ending,
  severity: z
    .enum(['failure', ...SEVERITIES])
    .describe('How much it matters to a client; `failure`: the shadow gave no response.'),
  count: count.describe('Exchanges that show it. An exchange with several causes counts for each of them.'),
  share: z
    .number()
    .min(0)
    .max(1)
    .describe(
      'Of the exchanges that were compared, or in which the shadow failed; of the route, if one was asked for.',
    ),
  places: z.array(countedPlace).describe('The most severe first. Empty if the shadow gave no response.'),
  follows: z.array(place).describe('Fields that differ because they are made from the body.'),
  beside: z
    .array(countedPlace)
    .describe('Places of other causes in exchanges that show this one: the most frequent, a few.'),
  statuses: z
    .array(z.strictObject({ primary: z.int(), shadow: z.int() }))
    .describe('Pairs of status codes, the most frequent first; 0 if that leg gave no response.'),
  routes: z
    .array(
      z.strictObject({
        route: z.string(),
        count,
        signatures: z.array(z.string()).describe('Ids; the first one shows the cause best.'),
      }),
    )
    .describe('Where it shows, the most frequent first.'),
  firstSeen: time,
  lastSeen: time,
  repeated: repeated.exactOptional(),
  novelty: z
    .enum(NOVELTIES)
    .exactOptional()
    .describe('Whether the rehearsal before showed all of it on one of its routes. Absent: there was none before.'),
};

const states = {
  open: { state: z.literal('open'), reopened },
  expected: { state: z.literal('expected'), ...expectation },
  fixed: { state: z.literal('fixed'), ...repair },
};

const causeRow: z.ZodType<CauseRow> = z.discriminatedUnion('state', [
  z.strictObject({ ...members, ...states.open }),
  z.strictObject({ ...members, ...states.expected }),
  z.strictObject({ ...members, ...states.fixed }),
]);

export const causePage: z.ZodType<CausePage> = z.strictObject({
  causes: z.array(causeRow),
  total: count.describe('How many causes pass the filters.'),
  states: z
    .strictObject({ open: count, expected: count, fixed: count })
    .describe('The same without the filter of the state.'),
  complete: z.boolean().describe('False if there are more signatures than are read: the rarest are left out.'),
});

const detail = {
  ...members,
  signatures: z.array(signatureRow).describe('Those that show it best come first; at most 100.'),
  examples: z.array(exchange).describe('At most 10.'),
};

export const causeDetail: z.ZodType<CauseDetail> = z.discriminatedUnion('state', [
  z.strictObject({ ...detail, ...states.open }),
  z.strictObject({ ...detail, ...states.expected }),
  z.strictObject({ ...detail, ...states.fixed }),
]);

const triedExamples = z.array(
  z.strictObject({
    example: z.int().describe('Its index in `examples`.'),
    shows: z.array(z.string()),
  }),
);
const ofPlace = {
  about: z.string().describe('`value at $.total`'),
  seen: z.array(z.string()).describe('What the examples show there, each change once: `335.83 → 335.84`.'),
};
const ruleProposal: z.ZodType<RuleProposal> = z.union([
  z.strictObject({
    ...ofPlace,
    rule: z.string().describe('YAML on one line.'),
    accepts: triedExamples,
    untried: triedExamples.describe('Examples of which the values were redacted or cut.'),
    hides: z.string().exactOptional().describe('What the rule hides besides.'),
  }),
  z.strictObject({ ...ofPlace, why: z.string().describe('Why no rule is proposed.') }),
]);

export const causeProposal: z.ZodType<CauseProposal> = z.strictObject({
  proposal: z.string().exactOptional().describe('As YAML. Absent: there is no example, or nothing to accept.'),
  rules: z.array(ruleProposal).exactOptional().describe('The same, one for each place.'),
  examples: z.array(z.string()).describe('Ids of the exchanges on which the rules were tried.'),
});
