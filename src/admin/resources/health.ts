import { stat } from 'node:fs/promises';
import type { AdminDependencies, StoreHealth, StoreLimits } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { health as healthSchema } from '../health-schema.ts';

export function health({ store, state, mirror, health: read, now }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/health',
      access: 'guarded',
      summary: 'How the parts of the process are: threads, tapes, targets, recorder, store and configuration.',
      answer: json(healthSchema),
      async handle() {
        const { store: limits, ...process } = read();
        return {
          ...process,
          now: now(),
          ready: state().ready,
          mirror: mirror.get(),
          store: await storeHealth(store, limits),
        };
      },
    }),
  ];
}

/** A store that fails is a fact like others. */
async function storeHealth(
  store: Pick<AdminDependencies['store'], 'rehearsals'>,
  limits: StoreLimits,
): Promise<StoreHealth> {
  const [main, log] = await Promise.all([sizeOf(limits.location), sizeOf(`${limits.location}-wal`)]);
  const size = main === undefined ? {} : { bytes: main + (log ?? 0) };
  try {
    const rows = await store.rehearsals();
    const from = Math.min(...rows.flatMap((row) => row.from ?? []));
    const to = Math.max(...rows.flatMap((row) => row.to ?? []));
    return { ...limits, ...size, ...(Number.isFinite(from) && { from, to }) };
  } catch (error) {
    return { ...limits, ...size, error: error instanceof Error ? error.message : String(error) };
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch {
    return undefined;
  }
}
