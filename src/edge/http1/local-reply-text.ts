import { fieldLines } from '../../lib/field-lines.ts';
import { httpDate } from '../../lib/http-date.ts';
import type { LocalReply } from '../local-replies.ts';

/**
 * A local reply, complete and ready to send: problem details (RFC 9457), or nothing but a head for 204. Operators find
 * it in logs and results by its request id.
 */
export function localReplyText(
  { status, title, detail, fields = [] }: LocalReply,
  options: {
    readonly requestId: string;
    readonly body: 'sent' | 'left_out';
    readonly connection: 'close' | 'keep_alive';
    readonly now: number;
  },
): string {
  const { requestId } = options;
  const body = JSON.stringify({ type: 'about:blank', title, status, detail, requestId });
  const content =
    status === 204
      ? ''
      : `Content-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nCache-Control: no-store\r\n`;
  const connection = options.connection === 'close' ? 'Connection: close\r\n' : '';
  const head = `HTTP/1.1 ${status} ${title}\r\nDate: ${httpDate(options.now)}\r\n${content}${fieldLines(fields)}X-Request-Id: ${requestId}\r\n${connection}\r\n`;
  return options.body === 'left_out' || status === 204 ? head : head + Buffer.from(body).toString('latin1');
}
