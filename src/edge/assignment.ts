/** Which version serves a request of a service that is rolled out. Nothing is remembered: every replica decides alike. */
import type { CandidateMayServe, RolloutConfig } from '../config/types.ts';
import type { Arm } from '../model/arm.ts';
import type { ServingLeg } from '../model/copy-legs.ts';
import { COPY_MARKER } from '../model/copy-marker.ts';
import { BUCKETS } from '../model/rollout.ts';
import { fieldValue } from '../wire/fields.ts';
import { meets } from './conditions.ts';
import { type Choice, overridden } from './override.ts';
import type { ReceivedHead } from './request-head.ts';
import type { TrustedProxies } from './trusted-proxies.ts';
import { bucketAt, userHash } from './user-hash.ts';
import { type UserSource, userId } from './user-id.ts';

export interface Assignment {
  readonly servedBy: ServingLeg;
  /** Whose results it belongs to. */
  readonly arm: Arm;
  /** The user's bucket, where it decided. */
  readonly bucket?: number;
}

/** What the configuration of a rollout says about it. */
export type AssignmentRules = Pick<RolloutConfig, 'sticky' | 'salt' | 'cohorts' | 'override'>;

/** What else decides. */
interface Circumstances {
  /** How many buckets the new version serves. */
  readonly weight: number | 'stopped';
  readonly mayServe: CandidateMayServe;
  readonly proxies: TrustedProxies;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

type AssignedHead = Pick<ReceivedHead, 'method' | 'fields' | 'offered'>;

const PRODUCTION: Assignment = { servedBy: 'primary', arm: 'rest' };
const CHOSEN: Assignment = { servedBy: 'shadow', arm: 'chosen' };
const TESTS: Readonly<Record<ServingLeg, Assignment>> = {
  primary: { servedBy: 'primary', arm: 'test' },
  shadow: { servedBy: 'shadow', arm: 'test' },
};
/** Of a user without an id, while everybody is served by the new version. */
const EVERYBODY: Assignment = { servedBy: 'shadow', arm: 'candidate' };

/**
 * A request that the new version must not serve is left out of the comparison for all users alike. An override comes
 * before cohorts, and these before buckets. Test users are known as such whatever serves them.
 */
export function assign(
  head: AssignedHead,
  source: UserSource,
  rules: AssignmentRules,
  { weight, mayServe, proxies, now }: Circumstances,
): Assignment {
  const mayBeServed = weight !== 'stopped' && isServed(head, mayServe);
  const choice = choiceOf(head, rules, now);
  if (choice?.users === 'test') return TESTS[mayBeServed ? choice.serves : 'primary'];
  if (!mayBeServed) return PRODUCTION;
  if (choice !== undefined) return choice.serves === 'shadow' ? CHOSEN : PRODUCTION;
  if (weight === 0) return PRODUCTION;
  const id = userId(head, source, rules.sticky, proxies);
  if (id === undefined) return weight === BUCKETS ? EVERYBODY : PRODUCTION;
  const bucket = bucketOf(id, rules.salt);
  if (bucket < weight) return { servedBy: 'shadow', arm: 'candidate', bucket };
  // The slice of production is as large as the candidate's share, as long as production has as many users.
  return { servedBy: 'primary', arm: bucket >= BUCKETS - weight ? 'slice' : 'rest', bucket };
}

/** A user whose bucket is below a weight is below every larger one. It depends on the salt which users are first. */
export function bucketOf(id: string, salt: string): number {
  return bucketAt(userHash(id, salt));
}

/**
 * Requests of a copy's making go to production, as without a rollout. What is sent after a switch of protocols may
 * write.
 */
function isServed({ method, fields, offered }: AssignedHead, mayServe: CandidateMayServe): boolean {
  if (mayServe === 'nothing' || fieldValue(fields, COPY_MARKER) !== undefined) return false;
  return mayServe === 'all' || (offered === '' && (method === 'GET' || method === 'HEAD' || method === 'OPTIONS'));
}

function choiceOf(
  { fields }: AssignedHead,
  { override, cohorts }: AssignmentRules,
  now: () => number,
): Choice | undefined {
  const signed = override && fieldValue(fields, override.header);
  const chosen = signed ? overridden(signed, override!.secret, now()) : undefined;
  if (chosen !== undefined || cohorts.length === 0) return chosen;
  const cohort = cohorts.find(({ when }) => meets(fields, when));
  return cohort && { serves: cohort.serves, users: cohort.test ? 'test' : 'real' };
}
