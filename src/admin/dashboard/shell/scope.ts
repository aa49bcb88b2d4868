import type { ServicesAnswer } from '../data/answers.ts';
import { useResource } from '../data/resources.ts';
import { usePlace } from './location.ts';
import { rangeIn, type ShownScope, scopeIn } from './range.ts';

/** Which results are shown, as parameters of a question. */
export function useScope(): ShownScope {
  return scopeIn(usePlace().query);
}

/** Whether a time is chosen. What is told of the whole rehearsal all the same must say so. */
export function useIsRanged(): boolean {
  return rangeIn(usePlace().query) !== 'all';
}

/** Whether results of several services are shown: then each row names its own. */
export function useSeveral(): boolean {
  const { service } = useScope();
  return useHasSeveral() && service === undefined;
}

/** Whether there are several services, whichever is shown: then what stands on every page names its own. */
export function useHasSeveral(): boolean {
  const known = useResource<ServicesAnswer>('services');
  return known.state === 'ready' && known.value.services.length > 1;
}
