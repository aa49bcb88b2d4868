import type { SkipReason } from '../model/outcome.ts';
import type { EdgeContext } from './context.ts';
import { Copy } from './copy.ts';
import { orderKey } from './order-key.ts';
import type { Plan } from './plan.ts';
import type { ReceivedRequest } from './received-request.ts';

/**
 * Opens the copy that the plan wants on the tape, or says why there is none.
 *
 * @param text the request's head as it goes to the primary, but for an offer to switch protocols
 */
export function beginCopy(context: EdgeContext, request: ReceivedRequest, plan: Plan, text: string): Copy | SkipReason {
  const { head, client, settings, configuredRow } = request;
  if (plan.skipped === 'keyless') {
    context.ledger.keyless(configuredRow);
    return 'unsampled';
  }
  if (plan.skipped !== undefined) return plan.skipped;
  const { rate, order } = settings.config.mirror;
  if (rate !== 'none' && !context.rateLimit.take(rate)) return 'rate_limited';
  const copied = {
    receivedAt: context.clock.wall(),
    order: orderKey(head.fields, client.number, order),
    route: configuredRow,
    complete: request.completeWithHead,
    id: request.requestId,
    text,
  };
  const { maxBody } = settings.routes[plan.route]!.mirror;
  return Copy.open(context.tape, request.number, copied, maxBody) ?? 'tape_full';
}
