/**
 * Why a pair is left out of the latency delta, though the shadow was measured. Either copies delayed each other at the
 * shadow or the control: `no_connection` (the copy waited for a connection), `out_of_turn` (it was sent before the
 * response to an earlier one), `queueing` (the target made it wait for others). Or there was nothing to compare the
 * shadow with: `client_pace` (the primary waited for the client), `no_control` (the control gave no response). Or nothing
 * can be told from the times: `strained` (copies were about to be paused, or already were: `mirror.pauseWhen`).
 */
export const LEFT_OUT_REASONS = [
  'no_connection',
  'out_of_turn',
  'queueing',
  'client_pace',
  'no_control',
  'strained',
] as const;

export type LeftOutReason = (typeof LEFT_OUT_REASONS)[number];

/** How a copy delayed others, or was delayed by them. */
export interface Crowding {
  readonly reason: Extract<LeftOutReason, 'no_connection' | 'out_of_turn' | 'queueing'>;
  /** Copies in flight at the target when it was sent, including itself. */
  readonly inFlight: number;
}
