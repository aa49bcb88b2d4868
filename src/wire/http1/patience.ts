/** What the connection's next deadline is for. */
export type Awaiting = 'connect' | 'first_byte' | 'progress';

/** The detail of a failure when that time is over. `total`: the time for the whole exchange. */
export const DEADLINE_DETAIL: Record<Awaiting | 'total', string> = {
  connect: 'no connection within the connect timeout',
  first_byte: 'no response within the first-byte timeout',
  progress: 'no progress within the idle timeout',
  total: 'not complete within the total timeout',
};
