/** What the exchange awaits before the next deadline of the connection. */
export type Awaiting = 'connect' | 'first_byte' | 'progress';

/** What is said when that time is over; `total`: that of the whole exchange. */
export const DEADLINE_DETAIL: Record<Awaiting | 'total', string> = {
  connect: 'no connection within the connect timeout',
  first_byte: 'no response within the first-byte timeout',
  progress: 'no progress within the idle timeout',
  total: 'not over within the total timeout',
};
