import type { ProcessState, ServiceMatch, ServiceState } from '../admin/dependencies.ts';
import { Reading } from '../admin/reading.ts';
import type { Condition, CopyCounts } from '../alerts/trouble-watch.ts';
import type { Config, RouteMatch } from '../config/types.ts';
import { systemClock } from '../lib/clock.ts';
import { type ArmLedger, sumOfArms } from '../metrics/arm-ledger.ts';
import type { Gauges } from '../metrics/gauges.ts';
import type { ExperimentReading, Readings } from '../metrics/readings.ts';
import type { Tally } from '../metrics/tally.ts';
import { type Ending, SHED } from '../model/outcome.ts';
import type { ExperimentResults } from '../results/experiment-results.ts';
import type { RolloutStatus } from '../results/rollout-status.ts';
import type { Verdict } from '../results/verdict.ts';
import type { Lane } from './lane.ts';
import type { PauseStates } from './pause-states.ts';
import type { Recording } from './recording.ts';
import type { StoreDamages } from './results.ts';
import type { RouteTable } from './route-table.ts';
import type { TargetState, TargetStates } from './target-state.ts';
import type { Role } from './thread.ts';
import { verdictReadings } from './verdict-readings.ts';

/** The progress of the process, and its configuration. */
export interface Progress {
  readonly state: 'starting' | 'ready' | 'draining';
  readonly config: Config;
  readonly generation: number;
  /** Why the newest configuration is not in force, or what has failed since it came into force. */
  readonly configError: string | undefined;
}

interface StatusSources {
  readonly progress: () => Progress;
  readonly lanes: readonly Lane[];
  readonly routes: RouteTable;
  readonly tallies: Record<Role | 'main', Tally>;
  readonly mainGauges: Gauges;
  readonly recording: Recording;
  readonly damages: StoreDamages;
  readonly targets: TargetStates;
  readonly pauses: PauseStates;
  readonly rollouts: { readonly status: readonly RolloutStatus[] };
  readonly logLinesLost: () => number;
  readonly alerts: () => { readonly counts: Readings['alerts']; readonly exposureCounts: Readings['exposures'] };
  readonly verdict: () => Verdict | undefined;
}

/** The present state of the process and its parts, for probes, the dashboard and the metrics. */
export class Status {
  readonly reading = new Reading(systemClock.wall);
  readonly #sources: StatusSources;

  constructor(sources: StatusSources) {
    this.#sources = sources;
  }

  get process(): ProcessState {
    const { state, generation, configError } = this.#sources.progress();
    const threads = this.#threads;
    const down = threads.filter(({ name, status }) => name.startsWith('edge') && status !== 'running');
    const reasons = [...(state === 'ready' ? [] : [state]), ...down.map(({ name, status }) => `${name} is ${status}`)];
    return {
      live: true,
      ready: { ok: reasons.length === 0, reasons },
      recorder: this.#recorder,
      reading: this.reading.state,
      threads: threads.map(({ gauges: _, ...thread }) => thread),
      configGeneration: generation,
      ...(configError === undefined ? {} : { configLastError: configError }),
    };
  }

  get readings(): Readings {
    const { progress, lanes, mainGauges, recording, damages, logLinesLost, alerts, verdict } = this.#sources;
    const { recorder, ruleHits, experiments } = recording;
    const { config, generation, configError } = progress();
    const threads = this.#threads;
    const counts = lanes.map((lane) => lane.counts.read());
    const dropped = {
      copies: this.#endings('edge', 'skipped:tape_full'),
      pairs: this.#endings('mirror', 'skipped:compare_backlog') + this.#endings('compare', 'skipped:compare_backlog'),
    };
    const tapes = lanes.flatMap((lane) => lane.tapes);
    return {
      tapes: tapes.map(({ tape, role, bytes }) => ({ tape, bytes, dropped: dropped[role] })),
      memory: {
        most: config.memory.held,
        held: {
          tapes: tapes.reduce((sum, { bytes }) => sum + bytes, 0),
          buffers: this.#heldBy('mirror'),
          examples: this.#heldBy('compare') + recorder.exampleBytes,
        },
      },
      copies: this.#targets,
      repeats: this.#sources.targets.repeats,
      pauses: this.#sources.pauses.readings(mirroredServices(config)),
      config: { generation, failed: configError !== undefined },
      threads: [
        { thread: 'main', lag: mainGauges.lag, up: true, restarts: 0 },
        ...threads.map(({ name, gauges, status, restarts }) => ({
          thread: name,
          lag: gauges.lag,
          up: status === 'running',
          restarts,
        })),
      ],
      accessLinesDropped: threads.reduce((sum, { gauges }) => sum + gauges.linesDropped, 0),
      logLinesDropped: logLinesLost(),
      refusals: counts.map(({ refusals }) => refusals),
      redactions: counts.flatMap(({ redactions }) => redactions),
      ruleHits: ruleHits.counts,
      experiments: { running: experiments.watch.running.map(experimentReading), ...experiments.counts },
      alerts: alerts().counts,
      exposures: alerts().exposureCounts,
      verdicts: verdictReadings(verdict()),
      rollouts: this.#sources.rollouts.status.map(rolloutReading),
      arms: this.#arms(counts.map(({ arms }) => arms)),
      recorder: { ...recorder.state, damages: damages.count },
      readFailures: this.reading.state.failures,
    };
  }

  /** The condition: webhooks are told when it changes. */
  get condition(): Condition {
    const storeFails = this.#sources.recording.recorder.state.kind === 'degraded';
    const breakers = this.#targets.map(({ service, target, breaker }) => ({ service, target, breaker }));
    return { breakers, storeFails, threads: this.#threads };
  }

  /** Since the start, on all routes. */
  get copies(): CopyCounts {
    const rows = this.#sources.routes.all.flatMap((route) => route.rows);
    const counts = { wanted: 0, shed: 0 };
    for (const tally of Object.values(this.#sources.tallies)) {
      for (const { ending, count } of tally.total(...rows).endings()) {
        if (SHED.has(ending)) counts.shed += count;
        if (SHED.has(ending) || !ending.startsWith('skipped:')) counts.wanted += count;
      }
    }
    return counts;
  }

  get services(): readonly ServiceState[] {
    const { progress, targets } = this.#sources;
    return progress().config.services.map(({ name, match, primary, shadow, control, experiments }) => ({
      service: name,
      ...(match && { match: withoutValues(match) }),
      primary: { url: primary.url },
      ...(shadow && { shadow: { url: shadow.url, ...shown(targets.of(name, 'shadow')) } }),
      ...(control && { control: { url: control.url, ...shown(targets.of(name, 'control')) } }),
      experiments: experiments.map((each) => each.name),
    }));
  }

  /** The states of the configured targets of copies. */
  get #targets(): readonly TargetState[] {
    const { progress, targets } = this.#sources;
    return progress().config.services.flatMap(({ name, shadow, control }) => [
      ...(shadow ? [targets.of(name, 'shadow')] : []),
      ...(control ? [targets.of(name, 'control')] : []),
    ]);
  }

  #arms(ledgers: readonly ArmLedger[]): Readings['arms'] {
    const { config } = this.#sources.progress();
    const rows = this.#sources.routes.rowsOf(config)!;
    return config.services
      .filter(({ rollout }) => rollout !== undefined)
      .map(({ name: service }) => {
        const own = rows.filter((_, index) => config.routes[index]!.service === service);
        return { service, counts: sumOfArms(ledgers, own) };
      });
  }

  get #threads() {
    return this.#sources.lanes.flatMap((lane) => lane.threads);
  }

  /** Bytes that all threads of a role hold. */
  #heldBy(role: Role): number {
    const threads = this.#threads.filter(({ name }) => name.startsWith(role));
    return threads.reduce((sum, { gauges }) => sum + gauges.held, 0);
  }

  get #recorder(): ProcessState['recorder'] {
    const { state } = this.#sources.recording.recorder;
    const { pendingRequests, droppedExamples, droppedAt } = state;
    const { count: damages, last } = this.#sources.damages;
    const figures = {
      ...{ pendingRequests, droppedExamples, damages },
      ...(droppedAt !== undefined && { examplesDroppedAt: droppedAt }),
      ...(last && { lastDamage: last.what, lastDamageAt: last.at }),
    };
    return state.kind === 'ok'
      ? { status: 'recording', ...figures }
      : { status: 'degraded', detail: state.error, ...figures };
  }

  /** How often an ending was counted by one kind of thread, on all routes. */
  #endings(role: Role, ending: Ending): number {
    const rows = this.#sources.routes.all.flatMap((route) => route.rows);
    for (const { ending: found, count } of this.#sources.tallies[role].total(...rows).endings())
      if (found === ending) return count;
    return 0;
  }
}

function withoutValues({ headers, ...match }: RouteMatch): ServiceMatch {
  return { ...match, ...(headers && { headers: headers.map(({ name }) => ({ name })) }) };
}

function mirroredServices({ services }: Config): readonly string[] {
  return services.flatMap(({ name, shadow }) => (shadow === undefined ? [] : [name]));
}

function shown({ breaker, inFlight, outOfOrder }: TargetState) {
  return { breaker, inFlight, outOfOrder };
}

function experimentReading({ service, experiment, ratio, arms, goals, leftOut }: ExperimentResults): ExperimentReading {
  return { service, experiment, isEven: ratio.isEven, arms, goals, leftOut };
}

function rolloutReading({ service, phase, weight, step, unwritten }: RolloutStatus): Readings['rollouts'][number] {
  return { service, phase, weight, unwritten, ...(step?.answer && { answer: step.answer }) };
}
