/** RFC 9110, section 9.2.2: a repeated request has the effect of one. */
export function isIdempotent(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'PUT' || method === 'DELETE' || method === 'OPTIONS';
}

/** RFC 9110, section 9.2.1: it asks for nothing but a response. Only of these two that can be relied on. */
export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}
