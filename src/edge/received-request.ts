import type { ParsedRequest } from '../wire/message.ts';
import type { AccessLine } from './access-log.ts';
import type { Client } from './client.ts';
import type { EdgeContext, Settings } from './context.ts';
import { authorityOf, namedBefore, requestText } from './forwarding.ts';
import { offeredProtocols } from './http1/upgrade.ts';
import { type Plan, planExchange } from './plan.ts';
import type { Validation } from './validation.ts';

/** A request as its head says it: by what it is known, where it goes, and by which configuration it is treated. */
export class ReceivedRequest {
  readonly settings: Settings;
  readonly client: Client;
  readonly head: ParsedRequest;
  /** Of its exchange. */
  readonly number: number;
  readonly requestId: string;
  /** Undefined where this request is not logged. */
  readonly line: AccessLine | undefined;
  /** Undefined where it was refused. */
  plan: Plan | undefined;
  /** In origin-form; empty where it was refused. */
  target = '';
  /** The protocols that the primary is offered to switch to; empty where there are none. */
  offered = '';

  constructor(context: EdgeContext, client: Client, head: ParsedRequest) {
    this.settings = context.settings;
    this.client = client;
    this.head = head;
    this.line = context.accessLog?.begin();
    this.number = context.nextExchange();
    this.requestId = namedBefore(client.sender, head) ?? context.requestId(this.number);
  }

  /** It was found valid: it goes to that target. */
  accept({ target, host }: Extract<Validation, { kind: 'valid' }>): Plan {
    const { method, fields, bodyLength } = this.head;
    this.target = target;
    this.plan = planExchange({ method, target, authority: host ?? '', fields, bodyLength }, this.client, this.settings);
    this.offered = offeredProtocols(this.head);
    return this.plan;
  }

  /** The index of its route. What was refused has no other than the last, which takes everything. */
  get route(): number {
    return this.plan?.route ?? this.settings.routes.length - 1;
  }

  /** In the ledgers, of that route. */
  get configuredRow(): number {
    return this.settings.routeRows[this.route]!;
  }

  /** Whether nothing follows its head. What may become a tunnel is over only with the primary's response. */
  get completeWithHead(): boolean {
    return this.head.bodyLength === 0 && this.offered === '';
  }

  /** Its head as it goes on, but for an offer to switch protocols. `host`: undefined where HTTP/1.0 named none. */
  forwardedText(host: string | undefined, pseudonym: string): string {
    return requestText(this.head, {
      sender: this.client.sender,
      address: this.client.address,
      scheme: this.client.scheme,
      host: host ?? '',
      targetHost: host ?? authorityOf(this.plan!.serves.pool.target),
      target: this.target,
      requestId: this.requestId,
      pseudonym,
    });
  }
}
