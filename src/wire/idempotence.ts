/** RFC 9110, section 9.2.2: repeating the request has the same effect as sending it once. */
export function isIdempotent(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'PUT' || method === 'DELETE' || method === 'OPTIONS';
}

/** RFC 9110, section 9.2.1: the request only asks for a response. This is reliable for these two methods only. */
export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}
