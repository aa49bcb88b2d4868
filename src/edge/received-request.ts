import type { Clock } from '../lib/clock.ts';
import type { RouteIndex, RouteRow } from '../model/route.ts';
import type { OutgoingRequest } from '../wire/message.ts';
import type { AccessLine } from './access-log.ts';
import type { ClientStream } from './client-stream.ts';
import type { EdgeContext, Settings } from './context.ts';
import { authorityOf, forwardedRequest, namedBefore } from './forwarding.ts';
import type { RouteGoal } from './goals.ts';
import { type Plan, planExchange } from './plan.ts';
import type { ReceivedHead } from './request-head.ts';

/** What is known of a request from its head: its id, its plan, and the configuration that applies to it. */
export class ReceivedRequest {
  readonly settings: Settings;
  readonly client: ClientStream;
  readonly head: ReceivedHead;
  /** The number of its exchange. */
  readonly number: number;
  readonly requestId: string;
  /** Undefined where this request is not logged. */
  readonly line: AccessLine | undefined;
  /** Undefined where it was refused, or is for no service. */
  plan: Plan | undefined;
  /** When it was assigned to a version, in milliseconds (monotonic). Set where its service is rolled out. */
  assignedAt = 0;

  constructor(context: EdgeContext, client: ClientStream, head: ReceivedHead) {
    this.settings = context.settings;
    this.client = client;
    this.head = head;
    this.line = context.accessLog?.begin();
    this.number = context.nextExchange();
    this.requestId = namedBefore(client.sender, head) ?? context.requestId(this.number);
  }

  /** Undefined where it is for no service. */
  makePlan(clock: Clock): Plan | undefined {
    this.plan = planExchange(this.head, this.client, this.settings);
    if (this.plan?.assignment !== undefined) this.assignedAt = clock.monotonic();
    return this.plan;
  }

  /** The index of its route. A refused request gets the last route, which matches everything. */
  get route(): RouteIndex {
    return this.plan?.route ?? ((this.settings.routes.length - 1) as RouteIndex);
  }

  /** The row of that route in the ledgers. */
  get configuredRow(): RouteRow {
    return this.settings.routeRows[this.route]!;
  }

  /** The goals of experiments that a response to it reaches; undefined where there are none. */
  get goals(): readonly RouteGoal[] | undefined {
    return this.settings.goals[this.route];
  }

  /** Whether nothing follows its head. A request that may become a tunnel ends only with the response. */
  get completeWithHead(): boolean {
    return this.head.bodyLength === 0 && this.head.offered === '';
  }

  /** Its forwarded head. */
  forwarded({ service: { primary, reserved }, assignment, memberships }: Plan, pseudonym: string): OutgoingRequest {
    const { client, head, requestId } = this;
    return forwardedRequest(head, {
      sender: client.sender,
      address: client.address,
      scheme: client.scheme,
      authority: head.authority === '' ? authorityOf(primary.pool.target) : head.authority,
      requestId,
      pseudonym,
      reserved,
      synthetic: assignment?.arm === 'test',
      memberships,
    });
  }
}
