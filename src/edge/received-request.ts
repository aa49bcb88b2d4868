import type { ParsedRequest } from '../wire/message.ts';
import type { AccessLine } from './access-log.ts';
import type { Client } from './client.ts';
import type { EdgeContext, Settings } from './context.ts';
import { authorityOf, namedBefore, requestText } from './forwarding.ts';
import { offeredProtocols } from './upgrade.ts';
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
  /** The index of its configured route. */
  route: number;
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
    this.route = this.settings.config.routes.length - 1;
  }

  /** It was found valid: it goes to that target. */
  accept({ target, host }: Extract<Validation, { kind: 'valid' }>): void {
    this.target = target;
    this.route = this.settings.router.find(this.head, target, host);
    this.offered = offeredProtocols(this.head);
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
      targetHost: host ?? authorityOf(this.settings.config.primary),
      target: this.target,
      requestId: this.requestId,
      pseudonym,
    });
  }
}
