import type { ReopeningStore } from '../../record/reopening-store.ts';
import type { Lane } from '../lane.ts';

/** A store that returns may be another file, without the users that edge threads have told of. */
export function recordUsersAnew(
  store: Pick<ReopeningStore, 'onReturn'>,
  lanes: readonly Pick<Lane, 'forgetUsers'>[],
): void {
  store.onReturn = () => {
    for (const lane of lanes) lane.forgetUsers();
  };
}
