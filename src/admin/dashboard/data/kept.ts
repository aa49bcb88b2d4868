import { useRef } from 'preact/hooks';
import type { Resource } from './resources.ts';

export interface Kept<Value> {
  readonly resource: Resource<Value>;
  /** Whether it is of the filter or page before, since the present one is still being read. */
  readonly isFormer: boolean;
}

/** While another filter or page is read, what was shown before stays: rows that vanish and come back are hard to read. */
export function useKept<Value>(resource: Resource<Value>): Kept<Value> {
  const last = useRef(resource);
  if (resource.state !== 'loading') last.current = resource;
  return { resource: last.current, isFormer: last.current !== resource };
}
