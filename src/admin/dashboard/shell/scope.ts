import { usePlace } from './location.ts';
import { type ShownScope, scopeIn } from './range.ts';

/** Which results are shown, as parameters of the API. */
export function useScope(): ShownScope {
  return scopeIn(usePlace().query, Date.now());
}
