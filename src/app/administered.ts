import type { Logger } from 'pino';
import type { AdminDependencies } from '../admin/dependencies.ts';
import { redactConfig } from '../config/redact.ts';
import { RecordedRoutes } from '../edge/recorded-route.ts';
import { systemClock } from '../lib/clock.ts';
import { createExposition } from '../metrics/exposition.ts';
import { schemeOf } from '../results/exchange/curl.ts';
import type { Counting } from './counting.ts';
import type { Generations } from './generations.ts';
import type { Lane } from './lane.ts';
import { healthOf } from './process-health.ts';
import type { Recording } from './recording.ts';
import type { Questions } from './results.ts';
import type { RouteTable } from './route-table.ts';
import type { Status } from './status.ts';

interface Administered {
  readonly store: AdminDependencies['store'];
  readonly questions: Questions;
  readonly status: Status;
  readonly counting: Counting;
  readonly routes: RouteTable;
  readonly lanes: readonly Lane[];
  readonly recording: Recording;
  readonly generations: Generations;
  readonly log: Logger;
}

/** What the admin server shows. */
export function administered(parts: Administered): Omit<AdminDependencies, keyof Controls> {
  const { store, questions, status, counting, routes, lanes, recording, generations, log } = parts;
  const { tallies } = counting;
  const { admin, descriptors } = generations.config;
  return {
    store,
    ask: questions.ask,
    reading: status.reading,
    expectQuestions: questions.expect,
    exposition: createExposition({ tallies, routes: () => routes.all, readings: () => status.readings }),
    state: () => status.process,
    services: () => status.services,
    health: healthOf({ status, lanes, generations, recorder: recording.recorder }),
    config: () => redactConfig(generations.config),
    scheme: () => schemeOf(generations.config.listen),
    comparedUnder: (recorded) => new RecordedRoutes(generations.config).comparedUnder(recorded),
    takeEvents: (events) => recording.experiments.take(events),
    now: systemClock.wall,
    logger: log,
    connections: descriptors.admin,
    ...(admin.token !== undefined && { token: admin.token }),
  };
}

/** What it changes. */
type Controls = Pick<AdminDependencies, 'mirror' | 'rollouts' | 'onMarked' | 'reload' | 'rehearse'>;
