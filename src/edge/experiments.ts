/**
 * Which arms of the experiments of a service a request gets. It follows from the request and the configuration alone:
 * nothing is remembered, and every replica decides alike.
 */
import type { ArmConfig, ExperimentConfig } from '../config/types.ts';
import { murmur3 } from '../lib/murmur.ts';
import { COPY_MARKER } from '../model/copy-marker.ts';
import type { Fields } from '../model/exchange.ts';
import { LONGEST_USER_ID, VARIANT_HEADER } from '../model/experiment.ts';
import { fieldValue } from '../wire/fields.ts';
import { meets } from './conditions.ts';
import type { ReceivedHead } from './request-head.ts';
import type { TrustedProxies } from './trusted-proxies.ts';
import type { Upstream } from './upstream.ts';
import { bucketAt, userHash } from './user-hash.ts';
import { type UserSource, userId } from './user-id.ts';

export interface Experiment extends Pick<ExperimentConfig, 'name' | 'sticky' | 'salt' | 'when' | 'routes' | 'goals'> {
  readonly service: string;
  readonly arms: readonly ExperimentArm[];
  readonly cohorts: readonly { readonly when: NonNullable<ExperimentConfig['when']>; readonly arm: ExperimentArm }[];
}

export interface ExperimentArm extends Pick<ArmConfig, 'name' | 'from' | 'to'> {
  /** 32 bits. Differs for every arm of every edition of every experiment. */
  readonly identity: number;
  /** What requests get: the fields of the arm, without its name. */
  readonly flags: Fields;
  /** How it is named in headers: `checkout-button=green`. */
  readonly variant: string;
  /** What responses get. */
  readonly told: Fields;
  /** Undefined: the primary serves it. */
  readonly upstream: Upstream | undefined;
}

/** That a request belongs to an arm. */
export interface Membership {
  readonly experiment: Experiment;
  readonly arm: ExperimentArm;
  /** Undefined where it counts for no result: of a cohort, a copy or a test user. */
  readonly user: CountedUser | undefined;
}

export interface CountedUser {
  readonly id: string;
  /** 32 bits, of the salt and the id. */
  readonly hash: number;
}

export const NO_MEMBERSHIPS: readonly Membership[] = [];

/** `upstreamOf`: the target of an arm. */
export function experimentOf(
  service: string,
  { name, edition, arms, cohorts, variant, ...passedOn }: ExperimentConfig,
  upstreamOf: (arm: ArmConfig) => Upstream | undefined,
): Experiment {
  const made = arms.map((arm): ExperimentArm => {
    const named = `${name}=${arm.name}`;
    const timing = variant.serverTiming ? ['Server-Timing', `variant;desc="${named}"`] : [];
    return {
      name: arm.name,
      from: arm.from,
      to: arm.to,
      identity: murmur3(`${service}\0${edition}\0${named}`),
      flags: Object.entries(arm.header).flat(),
      variant: named,
      told: [...(variant.response ? [VARIANT_HEADER, named] : []), ...timing],
      upstream: upstreamOf(arm),
    };
  });
  const fixed = cohorts.map(({ when, arm }) => ({ when, arm: made.find((each) => each.name === arm)! }));
  return { ...passedOn, name, service, arms: made, cohorts: fixed };
}

type GroupedHead = Pick<ReceivedHead, 'fields'>;

/** Undefined where the request takes no part. */
export function membershipIn(
  experiment: Experiment,
  head: GroupedHead,
  source: UserSource,
  proxies: TrustedProxies,
): Membership | undefined {
  const { cohorts, when, sticky, salt, arms } = experiment;
  const cohort = cohorts.length > 0 ? cohorts.find((each) => meets(head.fields, each.when)) : undefined;
  if (cohort !== undefined) return { experiment, arm: cohort.arm, user: undefined };
  if (when !== undefined && !meets(head.fields, when)) return undefined;
  const id = userId(head, source, sticky, proxies);
  if (id === undefined || id.length > LONGEST_USER_ID) return undefined;
  const hash = userHash(id, salt);
  const bucket = bucketAt(hash);
  for (const arm of arms) {
    if (bucket >= arm.from && bucket < arm.to) return { experiment, arm, user: { id, hash } };
  }
  return undefined;
}

/**
 * `users`: `test` users count for nothing. A copy that another proxy made gets the arm that its original gets, so that
 * the two stay comparable, and does not count either.
 */
export function membershipsIn(
  experiments: readonly Experiment[],
  head: GroupedHead,
  source: UserSource,
  { proxies, users }: { readonly proxies: TrustedProxies; readonly users: 'real' | 'test' },
): readonly Membership[] {
  const found: Membership[] = [];
  for (const experiment of experiments) {
    const membership = membershipIn(experiment, head, source, proxies);
    if (membership !== undefined) found.push(membership);
  }
  const counts = users === 'real' && (found.length === 0 || fieldValue(head.fields, COPY_MARKER) === undefined);
  return counts ? found : found.map((each) => ({ ...each, user: undefined }));
}

/** Adds to a request's fields what its arms give it, and their names. */
export function addArms(fields: string[], memberships: readonly Membership[]): void {
  if (memberships.length === 0) return;
  for (const { arm } of memberships) for (const each of arm.flags) fields.push(each);
  const [{ arm: only }] = memberships as [Membership];
  const named = memberships.length === 1 ? only.variant : memberships.map(({ arm }) => arm.variant).join(', ');
  fields.push(VARIANT_HEADER, named);
}

/** The fields of a response, with those that name the arms where that is wanted. */
export function namingArms(fields: Fields, memberships: readonly Membership[]): Fields {
  const named = memberships.length > 0 && memberships.some(({ arm }) => arm.told.length > 0);
  return named ? [...fields, ...memberships.flatMap(({ arm }) => arm.told)] : fields;
}

/** The one whose arm has a target of its own. */
export function servingMembership(memberships: readonly Membership[]): Membership | undefined {
  return memberships.find(({ arm }) => arm.upstream !== undefined);
}
