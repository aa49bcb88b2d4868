import type { SkipReason } from '../model/outcome.ts';
import type { ParsedRequest } from '../wire/message.ts';
import { admit } from './admission.ts';
import type { EdgeContext, Settings } from './context.ts';
import { Copy } from './copy.ts';
import { orderKey } from './order-key.ts';

/** A request that is about to go to the primary. */
export interface ForwardedRequest {
  readonly settings: Settings;
  readonly head: ParsedRequest;
  readonly address: string;
  /** The number of the client's connection. */
  readonly connection: number;
  /** The index of its configured route. */
  readonly route: number;
  readonly exchange: number;
  readonly id: string;
  /** Its head as it goes to the primary, but for an offer to switch protocols. */
  readonly text: string;
  /** Whether it is complete with its head. */
  readonly complete: boolean;
}

/** Opens the copy of a request on the tape, or says why there is none. */
export function beginCopy(context: EdgeContext, request: ForwardedRequest): Copy | SkipReason {
  const { head, id, text } = request;
  const { config, routeRows } = request.settings;
  const route = config.routes[request.route]!;
  const skipped = admit(head, request.address, route, config.mirror, context.mirror, context.marker);
  if (skipped === 'keyless') {
    context.ledger.keyless(routeRows[request.route]!);
    return 'unsampled';
  }
  if (skipped !== undefined) return skipped;
  const copied = {
    receivedAt: context.clock.wall(),
    order: orderKey(head.fields, request.connection, config.mirror.order),
    route: routeRows[request.route]!,
    complete: request.complete,
    id,
    text,
  };
  return Copy.open(context.tape, request.exchange, copied, route.mirror.maxBody) ?? 'tape_full';
}
