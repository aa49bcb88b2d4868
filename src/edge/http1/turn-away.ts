import type { Socket } from 'node:net';
import type { Deadline } from '../../wire/deadlines.ts';
import type { EdgeContext } from '../context.ts';
import { localReplyText } from './local-reply-text.ts';

/** Milliseconds that such a client has to take its reply. */
const PATIENCE = 2_000;

/** Sends a 503 to a client that there is no room for, and counts it. */
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
  // Its input is discarded: closing with unread input would reset the connection, and the client would lose the reply.
  socket.resume();
}
