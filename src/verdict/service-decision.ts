/** The verdict on a service, from the verdicts on its routes and the faults of the measurement. */

import { share } from '../lib/figures.ts';
import { formatShare } from '../lib/share.ts';
import type { Answer } from '../model/answer.ts';
import type { RouteEvidence } from '../model/route-evidence.ts';
import type { VerdictSettings } from '../model/verdict-settings.ts';
import { decideRoute, type RouteDecision } from './decision.ts';

/**
 * Why a measurement cannot be trusted. `invalid`: it is useless. `doubtful`: something is missing, so that it cannot
 * pass; proven harm stays proven.
 */
export const FAULTS = {
  no_data: 'invalid',
  self_test: 'invalid',
  shed: 'invalid',
  gap: 'doubtful',
  clock_jumped: 'doubtful',
  shadow_restarted: 'doubtful',
  control_fails: 'doubtful',
  paused: 'doubtful',
} as const;

export type FaultName = keyof typeof FAULTS;

/** `detail`: what was seen, and what helps. */
export interface Fault {
  readonly name: FaultName;
  readonly detail: string;
}

const AGAIN = 'begin a new rehearsal (understudy rehearsal new)';

const HELPS: Readonly<Record<FaultName, string>> = {
  no_data: 'the outcomes of the report say what became of the requests',
  self_test: 'use another version of Understudy or of Node.js',
  shed: `the outcomes of the report say at which limit: once it is lifted, ${AGAIN}`,
  gap: AGAIN,
  clock_jumped: AGAIN,
  shadow_restarted: `once it stays up, ${AGAIN}`,
  control_fails: `once it answers, ${AGAIN}`,
  paused: `once there is room for copies, ${AGAIN}`,
};

/** What was seen, and what helps, each in words. */
export function faultOf(name: FaultName, seen: string, helps = HELPS[name]): Fault {
  return { name, detail: `${seen}; ${helps}` };
}

export interface ServiceInput {
  readonly routes: readonly RouteEvidence[];
  readonly faults: readonly Fault[];
  /** Copies that should have been compared, but were lost on the way to any kind of overload. */
  readonly shed: number;
  /** Copies that were not made, to relieve clients. */
  readonly paused: number;
}

export interface ServiceDecision {
  readonly answer: Answer;
  /** Regressions first, then routes with most exchanges. */
  readonly routes: readonly RouteDecision[];
  readonly faults: readonly Fault[];
  readonly exchanges: number;
  /** The share of the exchanges on routes that passed. */
  readonly covered: number;
}

export function decideService(
  { routes: inputs, faults: seen, shed, paused }: ServiceInput,
  settings: VerdictSettings,
): ServiceDecision {
  const routes = inputs
    .map((evidence) => decideRoute(evidence, { ...settings, ...settings.routes[evidence.route] }))
    .sort(byImportance);
  const exchanges = sum(routes);
  const faults = [...seen, ...countedFaults(exchanges, { seen, shed, paused }, settings)];
  const covered = exchanges === 0 ? 0 : sum(routes.filter(({ answer }) => answer === 'pass')) / exchanges;
  return { answer: answerOf(routes, faults, covered >= settings.coverage), routes, faults, exchanges, covered };
}

function answerOf(routes: readonly RouteDecision[], faults: readonly Fault[], isCovered: boolean): Answer {
  if (faults.some(({ name }) => name === 'self_test')) return 'invalid';
  if (routes.some(({ answer }) => answer === 'regression')) return 'regression';
  if (faults.some(({ name }) => FAULTS[name] === 'invalid')) return 'invalid';
  return isCovered && faults.length === 0 ? 'pass' : 'inconclusive';
}

function countedFaults(
  exchanges: number,
  { seen, shed, paused }: Pick<ServiceInput, 'shed' | 'paused'> & { readonly seen: readonly Fault[] },
  settings: VerdictSettings,
): readonly Fault[] {
  if (exchanges === 0)
    return seen.some(({ name }) => name === 'no_data') ? [] : [faultOf('no_data', 'nothing was compared')];
  const faults: Fault[] = [];
  const most = formatShare(settings.shed);
  if (shed / (shed + exchanges) > settings.shed) {
    faults.push(faultOf('shed', `${share(shed, shed + exchanges)} of the copies were lost, ${most} may be`));
  }
  if (paused / (paused + exchanges) > settings.shed) {
    const missing = share(paused, paused + exchanges);
    const seenOf = `${missing} of the copies were not made while mirroring was paused (${most} may be missing)`;
    faults.push(faultOf('paused', `${seenOf}, so nothing is known of the shadow under that load`));
  }
  return faults;
}

/** The worst verdict of several services counts. */
export function worst(answers: readonly Answer[]): Answer {
  const order: readonly Answer[] = ['regression', 'invalid', 'inconclusive', 'pass'];
  return order.find((answer) => answers.includes(answer)) ?? 'invalid';
}

function byImportance(a: RouteDecision, b: RouteDecision): number {
  const harmed = ({ answer }: RouteDecision) => Number(answer === 'regression');
  return harmed(b) - harmed(a) || b.exchanges - a.exchanges || (a.route < b.route ? -1 : 1);
}

function sum(routes: readonly RouteDecision[]): number {
  return routes.reduce((total, { exchanges }) => total + exchanges, 0);
}
