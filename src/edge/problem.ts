import type { Refusal } from './validation.ts';

/**
 * An answer of the proxy's own as problem details (RFC 9457), complete and ready to send. The request id is what an
 * operator finds it by in logs and results.
 */
export function problemResponse(
  refusal: Refusal,
  requestId: string,
  options: { readonly body: boolean; readonly keepAlive: boolean },
): string {
  const body = JSON.stringify({
    type: 'about:blank',
    title: refusal.title,
    status: refusal.status,
    detail: refusal.detail,
    requestId,
  });
  const connection = options.keepAlive ? '' : 'Connection: close\r\n';
  return `HTTP/1.1 ${refusal.status} ${refusal.title}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nCache-Control: no-store\r\nX-Request-Id: ${requestId}\r\n${connection}\r\n${options.body ? Buffer.from(body).toString('latin1') : ''}`;
}
