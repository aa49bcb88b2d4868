import type { AdminDependencies } from './dependencies.ts';
import type { Endpoint } from './endpoint.ts';
import type { Entrance } from './entrance.ts';
import type { EventStreams } from './event-streams.ts';
import { causes } from './resources/causes.ts';
import { config } from './resources/config.ts';
import { exchanges } from './resources/exchanges.ts';
import { experiments } from './resources/experiments.ts';
import { explanations } from './resources/explanations.ts';
import { gate } from './resources/gate.ts';
import { health } from './resources/health.ts';
import { latency } from './resources/latency.ts';
import { marks } from './resources/marks.ts';
import { metrics } from './resources/metrics.ts';
import { mirror } from './resources/mirror.ts';
import { noise } from './resources/noise.ts';
import { openapi } from './resources/openapi.ts';
import { probes } from './resources/probes.ts';
import { redactions } from './resources/redactions.ts';
import { rehearsals } from './resources/rehearsals.ts';
import { reload } from './resources/reload.ts';
import { reports } from './resources/reports.ts';
import { results } from './resources/results.ts';
import { rollout } from './resources/rollout.ts';
import { routes } from './resources/routes.ts';
import { rules } from './resources/rules.ts';
import { services } from './resources/services.ts';
import { session } from './resources/session.ts';
import { signatureState } from './resources/signature-state.ts';
import { signatures } from './resources/signatures.ts';
import { stream } from './resources/stream.ts';
import { summary } from './resources/summary.ts';
import { timeline } from './resources/timeline.ts';
import { userEvents } from './resources/user-events.ts';
import { verdict } from './resources/verdict.ts';

const RESOURCES = [
  probes,
  health,
  metrics,
  summary,
  services,
  timeline,
  routes,
  causes,
  signatures,
  signatureState,
  marks,
  exchanges,
  explanations,
  noise,
  rules,
  redactions,
  rehearsals,
  rollout,
  experiments,
  userEvents,
  latency,
  verdict,
  gate,
  config,
  mirror,
  reload,
  reports,
  results,
];

/** All operations of the admin server. */
export function adminEndpoints(
  deps: AdminDependencies,
  { entrance, streams }: { readonly entrance: Entrance; readonly streams: EventStreams },
): readonly Endpoint[] {
  const endpoints = [
    ...session(entrance),
    ...stream(streams, entrance),
    ...RESOURCES.flatMap((resource) => resource(deps)),
  ];
  endpoints.push(openapi(endpoints));
  return endpoints;
}
