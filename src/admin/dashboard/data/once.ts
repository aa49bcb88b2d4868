import { useEffect, useState } from 'preact/hooks';
import { read } from './api.ts';
import { problemOf } from './problem.ts';
import type { Resource } from './resources.ts';

const LOADING = { state: 'loading' } as const;

/** Reads once, and not again with what is live: for answers that take comparing bodies again. `path`: below /api/v1/. */
export function useOnce<Value>(path: string): Resource<Value> {
  const [answer, set] = useState<{ readonly of: string; readonly resource: Resource<Value> }>();
  useEffect(() => {
    const reading = new AbortController();
    const show = (resource: Resource<Value>) => reading.signal.aborted || set({ of: path, resource });
    read(path, reading.signal).then(
      (value) => show({ state: 'ready', value: value as Value }),
      (error) => show({ state: 'failed', problem: problemOf(error) }),
    );
    return () => reading.abort();
  }, [path]);
  return answer?.of === path ? answer.resource : LOADING;
}
