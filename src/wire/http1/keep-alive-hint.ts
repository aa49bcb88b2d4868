/**
 * How long the server says it keeps an idle connection, less a second for the transfer: `timeout=5` (RFC 2068, 19.7.1).
 */
export function keepAliveHint(value: string, longest: number): number {
  const seconds = /(?:^|[,;\s])timeout=(\d{1,6})/i.exec(value)?.[1];
  return seconds === undefined ? longest : Math.min(longest, Math.max(Number(seconds) - 1, 0.5) * 1000);
}
