/**
 * Why a pair is no part of the latency delta, though the shadow was measured. Before the copy was sent, or while it was
 * under way, copies stood in each other's way at shadow or control: `no_connection` (it waited for one), `out_of_turn` (it
 * was sent though one before it was not answered), `queueing` (the target made it wait for others). Or there was nothing to
 * set the shadow against: `client_pace` (the primary waited for the client), `no_control` (the control gave no response).
 */
export const LEFT_OUT_REASONS = ['no_connection', 'out_of_turn', 'queueing', 'client_pace', 'no_control'] as const;

export type LeftOutReason = (typeof LEFT_OUT_REASONS)[number];

/** That a copy was in the way of others, or they in its. */
export interface Crowding {
  readonly reason: Extract<LeftOutReason, 'no_connection' | 'out_of_turn' | 'queueing'>;
  /** Copies in flight at the target when it was sent, itself included. */
  readonly inFlight: number;
}
