/**
 * How an exchange ends, once: its copy is handed over or given up, and it is counted and logged. Where it is counted is
 * asked only here, since how a path is answered decides whether it has a name.
 */
import type { LegTiming } from '../model/exchange.ts';
import type { Ending, SkipReason } from '../model/outcome.ts';
import type { Cut } from './access-log.ts';
import type { EdgeContext } from './context.ts';
import type { Copy } from './copy.ts';
import type { ReceivedRequest } from './received-request.ts';

/**
 * How far the target's response has come. `begun`: made ready for the client, but nothing of it is sent. `sent`: some of
 * it is. `switching`: it is a 101, and the connection will speak another protocol.
 */
export type ResponseProgress = 'awaited' | 'begun' | 'sent' | 'done' | 'switching';

/** How far an exchange has come when it is over. */
export interface Facts {
  /** What the client was answered with; 0 where it wasn't. */
  readonly status: number;
  readonly response: ResponseProgress;
  /** Undefined where there is none: `skipped` says why. */
  readonly copy: Copy | undefined;
  readonly skipped: SkipReason | undefined;
}

/** The target's response was complete: then the ending is the mirror's to tell, if the copy got there. */
export interface Completed {
  readonly timing: LegTiming;
  /** Whether the client's pace is in the timings, so that they say nothing about the primary. */
  readonly paced: boolean;
}

/** @param result how it ended, where that is told here */
export function settle(context: EdgeContext, request: ReceivedRequest, facts: Facts, result: Ending | Completed): void {
  const { settings, head } = request;
  const { copy, status } = facts;
  const primaryStatus = facts.response === 'awaited' ? 0 : status;
  const { configuredRow } = request;
  const row =
    head.target === '' ? configuredRow : settings.grouper.rowOf(request.route, head, head.target, primaryStatus);
  if (typeof result === 'string') {
    copy?.abandon('client_aborted');
    context.ledger.request(row, head.method, status);
    context.ledger.end(row, result);
  } else {
    const namedByHead = context.routeNames.info(row).named === 'by_head';
    // Requests are counted before their outcomes, wherever these are counted: no record has more of these.
    if (namedByHead) context.ledger.request(row, head.method, status);
    const handedOver = copy?.end(row, result.timing, result.paced) === true;
    // Who reads the body of a copy may know better where to count it.
    if (!handedOver && !namedByHead) context.ledger.request(row, head.method, status);
    if ((!handedOver || namedByHead) && !result.paced) context.ledger.leg(row, 'primary', result.timing);
    if (!handedOver) context.ledger.end(row, `skipped:${facts.skipped ?? copy!.abandoned!}`);
  }
  context.received.finish(configuredRow);
  const { line, client, requestId } = request;
  if (line !== undefined) {
    const { service, name } = context.routeNames.info(row);
    line.end({ address: client.address, head, requestId, service, route: name }, status, cutOf(facts, result));
  }
}

/** Why the client has not got all of its response; undefined where it has. */
function cutOf({ response }: Facts, result: Ending | Completed): Cut | undefined {
  if (result === 'skipped:client_aborted' && response !== 'done') return 'client_aborted';
  // Before it had begun, the client got a local reply, and all of it.
  const begun = response === 'begun' || response === 'sent';
  return result === 'primary_failed' && begun ? 'primary_failed' : undefined;
}
