import type { SkipReason } from '../model/outcome.ts';
import { admit } from './admission.ts';
import type { EdgeContext } from './context.ts';
import { Copy } from './copy.ts';
import { orderKey } from './order-key.ts';
import type { ReceivedRequest } from './received-request.ts';

/**
 * Opens the copy of a request on the tape, or says why there is none.
 *
 * @param text its head as it goes to the primary, but for an offer to switch protocols
 */
export function beginCopy(context: EdgeContext, request: ReceivedRequest, text: string): Copy | SkipReason {
  const { head, client } = request;
  const { config, routeRows } = request.settings;
  const route = config.routes[request.route]!;
  const skipped = admit(head, client.address, route, config.mirror, context.mirror, context.marker);
  if (skipped === 'keyless') {
    context.ledger.keyless(routeRows[request.route]!);
    return 'unsampled';
  }
  if (skipped !== undefined) return skipped;
  const { rate } = config.mirror;
  if (rate !== 'none' && !context.rateLimit.take(rate)) return 'rate_limited';
  const copied = {
    receivedAt: context.clock.wall(),
    order: orderKey(head.fields, client.number, config.mirror.order),
    route: routeRows[request.route]!,
    complete: request.completeWithHead,
    id: request.requestId,
    text,
  };
  return Copy.open(context.tape, request.number, copied, route.mirror.maxBody) ?? 'tape_full';
}
