import { randomUUID } from 'node:crypto';
import type { ProcessHealth, ServiceState, TargetHealth } from '../admin/dependencies.ts';
import type { ServiceConfig } from '../config/types.ts';
import { systemClock } from '../lib/clock.ts';
import { version } from '../lib/version.ts';
import type { Recorder } from '../record/recorder.ts';
import type { Generations } from './generations.ts';
import type { Lane } from './lane.ts';
import type { Status } from './status.ts';

interface HealthSources {
  readonly status: Pick<Status, 'readings' | 'process' | 'services'>;
  readonly lanes: readonly Lane[];
  readonly generations: Pick<Generations, 'config' | 'number' | 'error' | 'loadedAt'>;
  readonly recorder: Pick<Recorder, 'writtenAt'>;
}

/** How the parts of the process are, for the API. It knows the life of the process by a random name. */
export function healthOf({ status, lanes, generations, recorder }: HealthSources): () => ProcessHealth {
  const life = { instance: randomUUID(), version: version(), node: process.version, startedAt: systemClock.wall() };
  return () => {
    const { config, number: generation, error: lastError, loadedAt } = generations;
    const { writtenAt } = recorder;
    const { tapes, threads: lags, accessLinesDropped, logLinesDropped, alerts } = status.readings;
    const { threads, recorder: recording, reading } = status.process;
    const lagOf = (name: string) => lags.find(({ thread }) => thread === name)?.lag ?? 0;
    const main = { name: 'main', status: 'running', restarts: 0 } as const;
    return {
      ...life,
      ...(writtenAt !== undefined && { recordedAt: writtenAt }),
      threads: [main, ...threads].map((thread) => ({ ...thread, lag: lagOf(thread.name) })),
      tapes: tapes.map((tape) => ({ ...tape, capacity: config.mirror.tape })),
      services: status.services.map((service) => ({
        service: service.service,
        targets: [...targetsOf(service), ...armTargetsOf(config.services, service.service)].map((target) => ({
          ...target,
          reachable: !lanes.some((lane) => lane.unreachable.has(target.url)),
        })),
      })),
      recorder: recording,
      reading,
      store: { location: config.store.path, limit: config.store.retention.size, age: config.store.retention.age },
      config: { generation, ...(lastError !== undefined && { lastError }), loadedAt },
      lost: {
        logLines: logLinesDropped,
        accessLines: accessLinesDropped,
        alerts: alerts.failed + alerts.dropped,
      },
    };
  };
}

type Target = Omit<TargetHealth, 'reachable'>;

function targetsOf({ primary, shadow, control }: ServiceState): Target[] {
  const roles = Object.entries({ primary, shadow, control }) as [TargetHealth['role'], ServiceState['shadow']][];
  return roles.flatMap(([role, target]) => (target === undefined ? [] : [{ role, ...target }]));
}

/** The targets of the arms of experiments. */
function armTargetsOf(services: readonly ServiceConfig[], service: string): Target[] {
  const { experiments } = services.find(({ name }) => name === service)!;
  return experiments.flatMap(({ name, arms }) =>
    arms.flatMap((arm): Target[] =>
      arm.target === undefined ? [] : [{ role: 'arm', variant: `${name}=${arm.name}`, url: arm.target.url }],
    ),
  );
}
