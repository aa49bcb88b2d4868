import { Counter, type Registry } from 'prom-client';
import { sketchCount } from '../lib/sketch.ts';
import { ARMS, type Arm } from '../model/arm.ts';
import { type ArmCounts, USER_RESULTS } from './arm-ledger.ts';
import { catalog } from './catalog.ts';
import { registerHistogram, type Sample, samples } from './histogram.ts';
import { serviceLabel } from './service-label.ts';

/** What users of a service that is rolled out got, since the start. */
export interface ArmReading {
  readonly service: string;
  readonly counts: Readonly<Record<Arm, ArmCounts>>;
}

export function addArms(registry: Registry, readings: readonly ArmReading[]): void {
  const registers = [registry];
  const requests = new Counter({ ...catalog.rolloutRequests, registers });
  const fallbacks = new Counter({ ...catalog.rolloutFallbacks, registers });
  const durations: Sample[] = [];
  for (const { service, counts } of readings) {
    for (const arm of ARMS) {
      const of = { ...serviceLabel(service), arm };
      const { fallbacks: fallen, latency, ...results } = counts[arm];
      for (const result of USER_RESULTS) requests.inc({ ...of, result }, results[result]);
      fallbacks.inc(of, fallen);
      if (sketchCount(latency) > 0) durations.push(...samples(catalog.rolloutDuration.name, of, latency));
    }
  }
  registerHistogram(registry, catalog.rolloutDuration, durations);
}
