import type { ServingLeg } from '../model/copy-legs.ts';
import type { ForwardedRequest } from '../model/exchange.ts';
import type { SkipReason } from '../model/outcome.ts';
import type { EdgeContext } from './context.ts';
import { Copy } from './copy.ts';
import { orderKey } from './order-key.ts';
import type { Plan } from './plan.ts';
import type { ReceivedRequest } from './received-request.ts';

/** Opens the planned copy on the tape, or says why there is none. `forwarded`: the head that is forwarded. */
export function beginCopy(
  context: EdgeContext,
  request: ReceivedRequest,
  plan: Plan,
  forwarded: ForwardedRequest,
): Copy | SkipReason {
  const { head, client, settings, configuredRow } = request;
  if (plan.skipped === 'keyless') {
    context.ledger.keyless(configuredRow);
    return 'unsampled';
  }
  if (plan.skipped !== undefined) return plan.skipped;
  const { rate, order } = settings.config.mirror;
  const { portion } = plan.service;
  if (rate !== 'none' && !context.rateLimit.take(rate, portion)) return 'rate_limited';
  const copied = {
    receivedAt: context.clock.wall(),
    order: orderKey(head.fields, client.number, order),
    route: configuredRow,
    // What the target of an arm serves is never copied.
    servedBy: plan.servedBy as ServingLeg,
    copies: plan.copies,
    complete: request.completeWithHead,
    id: request.requestId,
    head: forwarded,
  };
  const { maxBody } = settings.routes[plan.route]!.mirror;
  return Copy.open(context.tape, request.number, copied, maxBody, portion) ?? 'tape_full';
}
