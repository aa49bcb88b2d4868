import type { Socket } from 'node:net';
import type { Deadline } from '../../wire/deadlines.ts';
import type { EdgeContext } from '../context.ts';
import { localReplyText } from './local-reply-text.ts';

/** Milliseconds that such a client has for taking its reply. */
const PATIENCE = 2_000;

/** Answers a client that there is no room for, whatever it wants, and counts it. */
export function turnAway(context: EdgeContext, socket: Socket, client: string): void {
  const { clock, deadlines } = context;
  const reply = {
    status: 503,
    title: 'Service Unavailable',
    detail: 'there are too many connections',
    fields: ['Retry-After', '1'],
  };
  context.refuse(reply, client);
  const requestId = context.requestId(context.nextExchange());
  const patience: Deadline = { deadline: clock.monotonic() + PATIENCE, onDeadline: () => socket.destroy() };
  deadlines.add(patience);
  socket
    .on('error', () => socket.destroy())
    .on('close', () => deadlines.delete(patience))
    .on('end', () => socket.destroy())
    .end(localReplyText(reply, { requestId, body: 'sent', connection: 'close', now: clock.wall() }), 'latin1');
  // What it sends is thrown away: closing with unread input would reset the reply away.
  socket.resume();
}
