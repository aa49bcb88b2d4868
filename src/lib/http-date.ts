let second = -1;
let text = '';

/**
 * The value of a Date field (RFC 9110, section 5.6.7). `now`: milliseconds since 1970. The text is made once a second.
 */
export function httpDate(now: number): string {
  const current = Math.floor(now / 1000);
  if (current !== second) {
    second = current;
    text = new Date(now).toUTCString();
  }
  return text;
}
