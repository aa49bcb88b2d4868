import { useRef } from 'preact/hooks';
import type { Resource } from './resources.ts';

/** While another filter or page is read, what was shown before stays: rows that vanish and come back are hard to read. */
export function useKept<Value>(resource: Resource<Value>): Resource<Value> {
  const last = useRef(resource);
  if (resource.state !== 'loading') last.current = resource;
  return last.current;
}
