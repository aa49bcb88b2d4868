import type { AdminDependencies } from './dependencies.ts';
import type { Sights } from './event-streams.ts';

/** What an open page is told of. */
export function liveSights({ state, services, mirror, health, rollouts }: LiveSources): Sights {
  const { ready, recorder, reading, threads, configGeneration: generation, configLastError: lastError } = state();
  return {
    results: { at: health().recordedAt },
    mirror: mirror.get(),
    config: { generation, lastError },
    rollout: rollouts.status.map(({ service, phase, weight, last, step, asking, unwritten }) => ({
      ...{ service, phase, weight, revision: last?.revision },
      ...{ answer: step?.answer, asking, unwritten },
    })),
    state: {
      ready: ready.ok,
      recorder: recorder.status,
      reading: reading.status,
      threads: threads.map(({ name, status }) => ({ name, status })),
      breakers: services().map(({ service, shadow, control }) => ({
        service,
        shadow: shadow?.breaker,
        control: control?.breaker,
      })),
    },
  };
}

type LiveSources = Pick<AdminDependencies, 'state' | 'services' | 'mirror' | 'health' | 'rollouts'>;
