/**
 * What happens once at the end of an exchange: its copy is handed over or abandoned, and it is counted and logged. The
 * row to count it in is determined only here, since the response decides whether a path gets a route name.
 */
import type { Settled } from '../metrics/ledger.ts';
import type { Server } from '../model/copy-legs.ts';
import type { Fields, LegTiming } from '../model/exchange.ts';
import type { Ending, SkipReason } from '../model/outcome.ts';
import type { Cut } from './access-log.ts';
import type { Assignment } from './assignment.ts';
import type { EdgeContext } from './context.ts';
import type { Copy } from './copy.ts';
import { countGoals } from './goals.ts';
import type { ReceivedRequest } from './received-request.ts';

/**
 * How far the target's response has come. `begun`: prepared for the client, but nothing is sent yet. `sent`: some of it
 * is. `switching`: it is a 101, and the protocol will switch.
 */
export type ResponseProgress = 'awaited' | 'begun' | 'sent' | 'done' | 'switching';

/** How far an exchange has come when it is over. */
export interface Facts {
  /** The status that the client got; 0 where it got none. */
  readonly status: number;
  readonly response: ResponseProgress;
  /** Undefined where there is none: `skipped` says why. */
  readonly copy: Copy | undefined;
  readonly skipped: SkipReason | undefined;
  /** Whose target served the client, or was to. */
  readonly servedBy: Server;
  /** Of the response; empty where no goal needs them. */
  readonly fields: Fields;
  /** What became of the shadow, where the primary served because the shadow could not. */
  readonly fellBack: Ending | undefined;
  /** Milliseconds for which a target that gave no response was waited for; 0 where one gave any of it. */
  readonly waited: number;
}

/** The target's response was complete. The mirror then decides the ending, if it got the copy. */
export interface Completed {
  readonly timing: LegTiming;
  /** Whether the client slowed the response down, so that the timings say nothing about the target. */
  readonly paced: boolean;
}

/** @param result how it ended: the ending, or that the response was complete */
export function settle(context: EdgeContext, request: ReceivedRequest, facts: Facts, result: Ending | Completed): void {
  const { settings, head, configuredRow } = request;
  const { copy, status } = facts;
  const primaryStatus = facts.response === 'awaited' ? 0 : status;
  // Test users count for no result.
  const isTest = request.plan?.assignment?.arm === 'test';
  const row =
    head.target === '' ? configuredRow : settings.grouper.rowOf(request.route, head, head.target, primaryStatus);
  const done: Settled = {
    account: context.received,
    owed: configuredRow,
    request: { method: head.method, code: status },
  };
  if (typeof result === 'string') {
    copy?.abandon('client_aborted');
    context.ledger.settle(row, isTest ? 'skipped:test_user' : result, done);
  } else {
    const namedByHead = context.routeNames.info(row).named === 'by_head';
    const { timing, paced } = result;
    const { service } = request.plan!;
    if (facts.servedBy === 'primary') service.pauses.responded(timing.connect + timing.firstByte);
    // The route of a copy may be named by its body: then the mirror counts the request.
    const handedOver = copy?.end(
      { row, timing, paced, strained: service.pauses.strained },
      context.ledger,
      namedByHead ? done : { account: done.account, owed: done.owed },
    );
    // The mirror counts what the shadow took with the pair.
    const isMeasured = !handedOver || (namedByHead && facts.servedBy === 'primary');
    if (isMeasured && !paced && !isTest && facts.servedBy !== 'arm') context.ledger.leg(row, facts.servedBy, timing);
    if (!isTest && status >= 200 && status < 300) reachGoals(context, request, facts.fields);
    if (!handedOver) context.ledger.settle(row, endingWithoutCopy(facts), done);
  }
  if (request.plan?.assignment !== undefined) countUser(context, request, request.plan.assignment, facts, result);
  const { line, client, requestId } = request;
  if (line !== undefined) {
    const { service, name } = context.routeNames.info(row);
    const servedBy = facts.servedBy === 'primary' ? undefined : facts.servedBy;
    line.end(
      { address: client.address, head, requestId, service, route: name, servedBy },
      status,
      cutOf(facts, result),
    );
  }
}

function endingWithoutCopy({ skipped, fellBack, copy }: Facts): Ending {
  if (skipped !== undefined) return `skipped:${skipped}`;
  return fellBack ?? `skipped:${copy!.abandoned!}`;
}

function reachGoals(context: EdgeContext, { goals, head, client, settings }: ReceivedRequest, fields: Fields): void {
  if (goals !== undefined) countGoals(goals, head, client, settings.proxies, fields, context.experimentLog);
}

/** A request that the client itself made unreadable says nothing about who serves it. */
function countUser(
  context: EdgeContext,
  { configuredRow, assignedAt }: ReceivedRequest,
  assignment: Assignment,
  { status, response, fellBack, waited }: Facts,
  result: Ending | Completed,
): void {
  if (result === 'skipped:refused') return;
  const isComplete = typeof result !== 'string';
  const isFailed = status >= 500 || result === 'primary_failed' || result === 'candidate_failed';
  const isAborted = result === 'skipped:client_aborted' && response !== 'done';
  context.userResults.count(configuredRow, assignment, {
    result: isAborted ? 'aborted' : isFailed ? 'error' : 'answered',
    fallback: fellBack !== undefined,
    took: isComplete ? result.timing.lastByte : context.clock.monotonic() - assignedAt,
    waited,
    measured: isComplete && !result.paced,
  });
}

/** Why the client has not got all of its response; undefined where it has. */
function cutOf({ response, servedBy }: Facts, result: Ending | Completed): Cut | undefined {
  if (result === 'skipped:client_aborted' && response !== 'done') return 'client_aborted';
  // Before the response had begun, the client got a complete local reply.
  const begun = response === 'begun' || response === 'sent';
  if (begun && result === 'skipped:experiment' && servedBy === 'arm') return 'arm_failed';
  return begun && (result === 'primary_failed' || result === 'candidate_failed') ? result : undefined;
}
