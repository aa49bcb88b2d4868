import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { systemClock } from '../lib/clock.ts';
import type { Lane } from './lane.ts';
import type { Role } from './thread.ts';

/**
 * Lets all lanes finish their work. They keep accepting for `grace`, until balancers have noticed; then they finish
 * live requests, then copies, then pairs. Resolves when that is done or `deadline` has passed. Both are milliseconds
 * from now.
 */
export async function drainLanes(
  lanes: readonly Lane[],
  { grace, deadline }: { readonly grace: number; readonly deadline: number },
  log: Logger,
): Promise<void> {
  for (const lane of lanes) lane.windDown();
  const latest = systemClock.monotonic() + deadline;
  await delay(grace);
  for (const role of ['edge', 'mirror', 'compare'] as const) {
    const result = await drainRole(lanes, role, Math.max(latest - systemClock.monotonic(), 0));
    if (result === 'late') log.warn({ threads: role }, 'the deadline passed before all was finished');
  }
}

async function drainRole(lanes: readonly Lane[], role: Role, left: number): Promise<'drained' | 'late'> {
  const patience = new AbortController();
  const drained = Promise.all(lanes.map((lane) => lane.drain(role))).then(() => 'drained' as const);
  const result = await Promise.race([drained, delay(left, 'late' as const, { signal: patience.signal })]);
  patience.abort();
  return result;
}
