import type { ListenConfig } from '../../../config/types.ts';
import { useResource } from './resources.ts';

/** Where clients reach this Understudy; undefined until it is known. */
export function useListen(): ListenConfig | undefined {
  const config = useResource<{ readonly listen: ListenConfig }>('config');
  return config.state === 'ready' ? config.value.listen : undefined;
}
