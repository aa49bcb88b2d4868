import { useState } from 'preact/hooks';
import type { StoredExchange } from '../../../../model/store-reader.ts';

export interface PinnedExamples {
  readonly examples: readonly StoredExchange[];
  /** Shows those that were recorded since; absent if there are none. */
  readonly renew?: () => void;
}

/** The examples that were there when the reader came: under traffic newer ones replace them while they are read. */
export function usePinned(newest: readonly StoredExchange[]): PinnedExamples {
  const [pinned, pin] = useState(newest);
  const examples = pinned.length === 0 ? newest : pinned;
  const known = new Set(examples.map(({ id }) => id));
  const hasNewer = newest.some(({ id }) => !known.has(id));
  return { examples, ...(hasNewer && { renew: () => pin(newest) }) };
}
