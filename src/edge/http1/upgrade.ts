/**
 * Other protocols on the same connection (RFC 9110, section 7.8): WebSocket, and whatever else client and primary
 * agree on. The proxy passes the offer and the answer on; after a 101 it carries bytes and knows nothing of them.
 */
import type { Socket } from 'node:net';
import type { Clock } from '../../lib/clock.ts';
import { type Deadline, type Deadlines, NEVER } from '../../wire/deadlines.ts';
import { fieldList } from '../../wire/fields.ts';
import type { ParsedRequest, ParsedResponse } from '../../wire/message.ts';

/**
 * Protocols that are never offered: requests inside HTTP/2 or TLS would pass by unseen, so the request is an ordinary
 * one. Some clients offer TLS with every request (RFC 2817, section 3.1), and all of them go on without it.
 */
const NEVER_OFFERED = /^(?:tls|ssl|http|h[23]c?)(?:$|[/-])/i;

/**
 * The protocols that a request offers to switch to, as the primary gets to see them; empty where there are none. The
 * switch itself comes after the request, whose body may be long (RFC 9110, section 7.8).
 */
export function offeredProtocols(head: ParsedRequest): string {
  if (!head.upgrade || head.minorVersion === 0) return '';
  return members(fieldList(head.fields, 'upgrade'))
    .filter((protocol) => !NEVER_OFFERED.test(protocol))
    .join(', ');
}

/** Whether an answer switches to a protocol that was offered. */
export function acceptsOffer(head: ParsedResponse, offered: string): boolean {
  const accepted = members(fieldList(head.fields, 'upgrade'));
  const offers = new Set(members(offered.toLowerCase()));
  return accepted.length > 0 && accepted.every((protocol) => offers.has(protocol.toLowerCase()));
}

function members(list: string | undefined): string[] {
  return (list ?? '').split(',').flatMap((member) => member.trim() || []);
}

/** One end of a tunnel, with what it has said before the tunnel stood. */
export interface TunnelEnd {
  readonly socket: Socket;
  readonly ahead: Buffer | undefined;
}

export interface TunnelOptions {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  /** Milliseconds without a byte in either direction. */
  readonly idleTimeout: number;
}

/** Carries bytes both ways until both ends have ended, one breaks, or nothing moves for too long. */
export class Tunnel implements Deadline {
  deadline = NEVER;
  readonly #client: Socket;
  readonly #target: Socket;
  readonly #options: TunnelOptions;
  #open = 2;

  constructor(client: TunnelEnd, target: TunnelEnd, options: TunnelOptions) {
    this.#client = client.socket;
    this.#target = target.socket;
    this.#options = options;
    this.#carry(client, target.socket);
    this.#carry(target, client.socket);
    options.deadlines.add(this);
    this.#touch();
  }

  onDeadline(): void {
    this.#client.destroy();
    this.#target.destroy();
  }

  #carry({ socket: from, ahead }: TunnelEnd, to: Socket): void {
    // An end that has said all may still have much to hear.
    from.allowHalfOpen = true;
    from.on('data', (chunk: Buffer) => {
      this.#touch();
      if (!to.write(chunk)) from.pause();
    });
    to.on('drain', () => {
      this.#touch();
      from.resume();
    });
    from.on('end', () => to.end());
    from.on('error', () => to.destroy());
    from.on('close', () => this.#onClose(to));
    if (ahead !== undefined && ahead.length > 0) to.write(ahead);
    // It may have said all before the tunnel stood.
    if (from.readableEnded) to.end();
    else from.resume();
  }

  #onClose(other: Socket): void {
    this.#open--;
    if (this.#open === 0) this.#options.deadlines.delete(this);
    else if (!other.writableEnded) other.end();
  }

  #touch(): void {
    this.deadline = this.#options.clock.monotonic() + this.#options.idleTimeout;
  }
}
