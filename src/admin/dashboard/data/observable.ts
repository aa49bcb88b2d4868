import { useEffect, useState } from 'preact/hooks';

/** A value that components show. */
export class Observable<Value> {
  #value: Value;
  readonly #watchers = new Set<() => void>();

  constructor(value: Value) {
    this.#value = value;
  }

  get value(): Value {
    return this.#value;
  }

  set value(value: Value) {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const watcher of [...this.#watchers]) watcher();
  }

  get watched(): boolean {
    return this.#watchers.size > 0;
  }

  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }
}

/** The present value; the component is drawn again when it changes. */
export function useObserved<Value>(observable: Observable<Value>): Value {
  const [, draw] = useState(0);
  useEffect(() => {
    const seen = observable.value;
    const stop = observable.watch(() => draw((count) => count + 1));
    // It may have changed between the drawing and now.
    if (!Object.is(seen, observable.value)) draw((count) => count + 1);
    return stop;
  }, [observable]);
  return observable.value;
}
