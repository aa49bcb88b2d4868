import { useEffect, useState } from 'preact/hooks';
import { read } from './api.ts';
import { problemOf } from './problem.ts';
import type { Resource } from './resources.ts';

/** Reads once, and not again with what is live: for answers that take comparing bodies again. `path`: below /api/v1/. */
export function useOnce<Value>(path: string): Resource<Value> {
  const [resource, set] = useState<Resource<Value>>({ state: 'loading' });
  useEffect(() => {
    const reading = new AbortController();
    set({ state: 'loading' });
    read(path, reading.signal).then(
      (value) => set({ state: 'ready', value: value as Value }),
      (error) => reading.signal.aborted || set({ state: 'failed', problem: problemOf(error) }),
    );
    return () => reading.abort();
  }, [path]);
  return resource;
}
