import { BUCKETS, type RolloutChange, type RolloutState } from '../../../../model/rollout.ts';

export interface Ramp {
  /** Milliseconds since 1970, ascending. From each on, the candidate serves the share at the same index. */
  readonly times: readonly number[];
  readonly shares: readonly number[];
}

/** How much room there is beside a release, as a part of its length. */
const ROOM = 0.04;

/**
 * The share of the users on the candidate over time, of the present release or the last one. Undefined if there was none.
 *
 * @param changes of one service, the latest first.
 */
export function rampOf(changes: readonly RolloutChange[], now: number): Ramp | undefined {
  const ascending = changes.toReversed();
  const begin = ascending.findLastIndex(
    ({ state }, at) => isServing(state) && (at === 0 || !isServing(ascending[at - 1]!.state)),
  );
  if (begin === -1) return undefined;
  const end = ascending.findIndex(({ state }, at) => at > begin && !isServing(state));
  const release = ascending.slice(begin, end === -1 ? undefined : end + 1);
  const [first, last] = [release[0]!, release.at(-1)!];
  const until = isServing(last.state) ? Math.max(now, last.at) : last.at;
  const room = Math.round(ROOM * Math.max(until - first.at, 1_000));
  const after = isServing(last.state) ? until : until + room;
  return {
    times: [first.at - room, ...release.map(({ at }) => at), after],
    shares: [0, ...release.map(({ state }) => shareOf(state)), shareOf(last.state)],
  };
}

export function shareOf(state: RolloutState): number {
  if (state.phase === 'canary') return state.weight / BUCKETS;
  return state.phase === 'full' ? 1 : 0;
}

function isServing({ phase }: RolloutState): boolean {
  return phase === 'canary' || phase === 'full';
}
