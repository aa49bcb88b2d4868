import type { OutgoingRequest } from '../wire/message.ts';
import type { StreamPool } from '../wire/target-stream.ts';

/** A target that clients are served by. */
export interface Upstream {
  readonly pool: StreamPool;
  /** Rewrites a request's head for this target; undefined where nothing changes. */
  readonly rewrite: ((head: OutgoingRequest) => OutgoingRequest) | undefined;
}
