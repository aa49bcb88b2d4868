/** The whole program put together: lanes, recorder, store, admin server; how it starts, reloads and stops. */
import type { Logger } from 'pino';
import type { ReloadResult } from '../admin/dependencies.ts';
import { type AdminServer, adminNotListening, createAdminServer } from '../admin/server.ts';
import { formatAddress } from '../config/address.ts';
import type { LoadResult } from '../config/load.ts';
import type { Config } from '../config/types.ts';
import { systemClock } from '../lib/clock.ts';
import { coalesced } from '../lib/coalesced.ts';
import { collectGarbage } from '../lib/garbage.ts';
import { systemEvery } from '../lib/schedule.ts';
import { Gauges } from '../metrics/gauges.ts';
import { Ledger } from '../metrics/ledger.ts';
import type { Rehearsal } from '../model/rehearsal.ts';
import type { RouteRow } from '../model/route.ts';
import { keepGauges } from '../threads/port.ts';
import { tryAccessFile } from './access-file.ts';
import { administered } from './administered.ts';
import { Alerting } from './alerting.ts';
import { Counting } from './counting.ts';
import { drainLanes } from './drain.ts';
import { recordUsersAnew } from './experiments/record-users-anew.ts';
import { changedFixedSettings } from './fixed-settings.ts';
import { Generations } from './generations.ts';
import { makeIdentity } from './identity.ts';
import { Lane } from './lane.ts';
import { logLimits, requireDescriptors } from './limits.ts';
import type { Lost } from './links.ts';
import { listenLanes } from './listen-lanes.ts';
import { notListening, tryListen } from './listen-trial.ts';
import { PauseStates } from './pause-states.ts';
import { Recording } from './recording.ts';
import { Rehearsals } from './rehearsals.ts';
import { keepRenewingTickets } from './renew-tickets.ts';
import {
  type ClaimedStore,
  knownRehearsals,
  openStore,
  type Questions,
  questionsAbout,
  recordLast,
  redactionKey,
} from './results.ts';
import { Rollouts } from './rollout/rollouts.ts';
import { RouteTable, TOO_MANY_ROUTES } from './route-table.ts';
import { targetsShown } from './shown-targets.ts';
import { type Progress, Status } from './status.ts';
import { TargetStates } from './target-state.ts';
import { TERMINATION } from './thread.ts';

export interface UnderstudyOptions {
  readonly config: Config;
  /** Reads the configuration again, for a reload. */
  readonly load: () => LoadResult;
  readonly log: Logger;
  /** The number of log lines that could not be written since the start. */
  readonly logLinesLost?: () => number;
}

/** What is left running after the stop. */
type Left = 'nothing' | 'threads';

export class Understudy {
  readonly #log: Logger;
  readonly #routes = new RouteTable((renaming) => this.#recording.recorder.rename(renaming));
  readonly #mainLedger = new Ledger(Ledger.allocate());
  readonly #mainGauges = new Gauges(Gauges.allocate());
  readonly #claimed: ClaimedStore;
  readonly #questions: Questions;
  readonly #targets = new TargetStates();
  readonly #pauses: PauseStates;
  readonly #lanes: readonly Lane[];
  readonly #recording: Recording;
  readonly #rehearsals: Rehearsals;
  readonly #counting: Counting;
  readonly #rollouts: Rollouts;
  readonly #admin: AdminServer;
  readonly #alerting: Alerting;
  /** The configuration at the start: some settings only change with a restart. */
  readonly #started: Config;
  readonly #generations: Generations;
  #mirroring: boolean;
  #state: Progress['state'] = 'starting';
  #stopping: Promise<Left> | undefined;
  #addresses = { clients: '', admin: '' };

  /**
   * Rejects with an `UnderstudyError` (`port_in_use`, `listen_failed`, `admin_unprotected`, `store_unusable`) where it
   * can't start; nothing is left running then.
   */
  static async start(options: UnderstudyOptions): Promise<Understudy> {
    const { config, log } = options;
    // Checked before a store is created, since a failed start would leave it behind.
    requireDescriptors(config);
    tryAccessFile(config.log.access);
    await tryListen(config.listen).catch((error) => Promise.reject(notListening(config.listen, error)));
    await tryListen(config.admin).catch((error) => Promise.reject(adminNotListening(config.admin, error)));
    const claimed = await openStore(config, log);
    const key = await redactionKey(config, claimed.store, log);
    const understudy = new Understudy(options, claimed, key, await knownRehearsals(claimed.store, log));
    // While the threads load their modules.
    collectGarbage();
    try {
      await understudy.#listen();
    } catch (error) {
      await understudy.#tearDown();
      throw error;
    }
    return understudy;
  }

  private constructor(
    { config, load, log, logLinesLost = () => 0 }: UnderstudyOptions,
    claimed: ClaimedStore,
    key: Uint8Array,
    known: readonly Rehearsal[],
  ) {
    const { store, resting } = claimed;
    this.#started = config;
    this.#log = log;
    this.#generations = new Generations({
      config,
      load,
      isFailing: (thread) =>
        this.#lanes.some(({ threads }) => threads.some(({ name, status }) => name === thread && status !== 'running')),
      clock: systemClock,
      log,
    });
    this.#claimed = claimed;
    this.#questions = questionsAbout(config, store, log);
    this.#mirroring = config.mirror.enabled;
    this.#pauses = new PauseStates(log, () => this.#mirroring);
    // A new process has room for all routes of any valid configuration.
    const routeRows = this.#routes.rowsOf(config)!;
    const identity = makeIdentity(config);
    this.#rehearsals = new Rehearsals({
      known,
      config,
      addSlot: () => this.#counting.addSlot(),
      tell: (table) => Promise.all(this.#lanes.map((lane) => lane.rehearse(table))),
      gather: () => this.#recording.recorder.gather(),
      clock: systemClock,
      log,
    });
    this.#lanes = Array.from(
      { length: config.edges },
      (_, index) =>
        new Lane({
          index,
          config,
          routeRows,
          routeLog: this.#routes.memory,
          ...identity,
          redactionKey: key,
          mirroring: this.#mirroring,
          log,
          rehearsals: this.#rehearsals.table,
          onFindings: (batches, droppedExamples) => this.#recording.onFindings(batches, droppedExamples),
          onHidden: (redactions) => this.#recording.onHidden(redactions),
          onVersion: (service, version) => void this.#rehearsals.find(service, version),
          onSettled: (counts) => this.#recording.onSettled(counts),
          onTargets: (readings) => this.#targets.take(index, readings),
          onRepeats: (readings) => this.#targets.addRepeats(readings),
          onExperiments: (activity) => this.#recording.experiments.accept(activity),
          onPauses: (pauses) => this.#pauses.take(index, pauses),
          isPaused: (service) => this.#pauses.isPaused(service),
          onLost: (row, count, lost) => this.#onLost(row, count, lost),
          onFailing: (failure) => this.#generations.onFailing(failure),
        }),
    );
    this.#counting = new Counting(this.#lanes, this.#mainLedger);
    this.#recording = new Recording({
      config,
      ...{ store, resting },
      routes: this.#routes,
      rehearsals: this.#rehearsals,
      counting: this.#counting,
      see: (service, signatures) => this.#alerting.see(service, signatures),
      secret: key,
      onExposed: (exposures) => this.#alerting.onExposed(exposures),
      log,
    });
    this.#rollouts = new Rollouts({
      ...{ store, lanes: this.#lanes, weights: identity.weights },
      ...{ clock: systemClock, every: systemEvery, log },
      rehearse: (service, label) => this.#rehearsals.begin(service, { label }, 'the rollout'),
      present: (service) => this.#rehearsals.presentRehearsal(service),
      onChange: (change) => this.#alerting.onRollout(change),
    });
    const status = this.#createStatus(logLinesLost);
    this.#alerting = new Alerting({
      config,
      store,
      condition: () => status.condition,
      copies: () => status.copies,
      log,
    });
    this.#admin = this.#createAdmin(status);
    keepGauges(this.#mainGauges, () => {
      for (const lane of this.#lanes) lane.watch();
      if (!store.isResting) void this.#recording.experiments.watch.look();
    });
    keepRenewingTickets(this.#lanes);
    recordUsersAnew(store, this.#lanes);
  }

  /** Where it listens, `host:port`, with the actual ports. */
  get addresses(): { readonly clients: string; readonly admin: string } {
    return this.#addresses;
  }

  /**
   * Reads the configuration again. A bad one changes nothing. Each reload waits until the one before is in force: only
   * then is it known whether the file says anything else.
   */
  readonly reload = coalesced(() => this.#reload());

  async #reload(): Promise<ReloadResult> {
    const read = this.#generations.read();
    if ('ok' in read) return read;
    const routeRows = this.#routes.rowsOf(read);
    if (routeRows === undefined) return this.#generations.refuse([TOO_MANY_ROUTES]);
    const fixed = changedFixedSettings(this.#started, read);
    if (fixed.length > 0) this.#log.warn({ settings: fixed }, 'these settings take effect after a restart');
    if (read.mirror.enabled !== this.#config.mirror.enabled) this.#setMirroring(read.mirror.enabled);
    this.#recording.configure(read);
    this.#alerting.configure(read);
    const { seats, enter } = this.#rollouts.prepare(read, routeRows);
    await this.#rehearsals.configure(read, (rehearsals) =>
      Promise.all(this.#lanes.map((lane) => lane.configure({ config: read, routeRows, rehearsals, seats }))),
    );
    // Until all threads have it, users stay where they are.
    await enter();
    return this.#generations.enter(read);
  }

  /** Opens the file of the access log again, after it was moved away by log rotation. */
  reopenAccessLog(): void {
    for (const lane of this.#lanes) lane.reopenAccessLog();
  }

  /**
   * Fails readiness, keeps accepting until balancers have noticed (`gently`), finishes live requests, then the copies.
   * When that is done or the deadline has passed, it finishes the record. Resolves when everything is written and
   * closed. `threads`: a thread that hangs is left running.
   */
  stop(how: 'gently' | 'now'): Promise<Left> {
    this.#stopping ??= this.#drain(how === 'gently' ? this.#config.shutdown.grace : 0);
    return this.#stopping;
  }

  async #listen(): Promise<void> {
    const config = this.#config;
    const admin = await this.#admin.listen(config.admin);
    await this.#rollouts.start(config, this.#routes.rowsOf(config)!);
    const address = await listenLanes(this.#lanes, config.listen);
    this.#state = 'ready';
    this.#addresses = { clients: formatAddress(address), admin: formatAddress(admin) };
    logLimits(config, this.#log);
    this.#log.info({ address: this.#addresses.admin }, 'admin listening');
    const { clients, admin: dashboard } = this.#addresses;
    const shown = { ...targetsShown(config.services), dashboard: `http://${dashboard}/`, store: config.store.path };
    this.#log.info({ address: clients, ...shown }, 'listening');
  }

  async #drain(grace: number): Promise<Left> {
    const { deadline } = this.#config.shutdown;
    this.#state = 'draining';
    this.#log.info({ grace, deadline }, 'stopping: no longer ready, finishing live requests');
    await drainLanes(this.#lanes, { grace, deadline: deadline - Math.min(TERMINATION, deadline / 10) }, this.#log);
    const left = await this.#tearDown();
    this.#log.info('stopped');
    return left;
  }

  async #tearDown(): Promise<Left> {
    this.#state = 'draining';
    const ends = await Promise.all(this.#lanes.map((lane) => lane.stop()));
    this.#rollouts.close();
    await this.#questions.close();
    await recordLast(this.#recording.recorder, () => this.#alerting.close(), this.#log);
    this.#claimed.claim.release();
    await this.#admin.close();
    return ends.includes('left') ? 'threads' : 'nothing';
  }

  #onLost(row: RouteRow, count: number, lost: Lost): void {
    const counted = lost === 'pairs' || (lost === 'copies' && !this.#routes.isNamedByBody(row));
    if (!counted) this.#mainLedger.request(row, 'other', 0, count);
    this.#mainLedger.end(row, this.#state === 'draining' ? 'skipped:draining' : 'skipped:thread_restart', count);
  }

  #setMirroring(enabled: boolean): void {
    this.#mirroring = enabled;
    for (const lane of this.#lanes) lane.setMirroring(enabled);
    this.#log.info({ enabled }, 'mirroring was switched');
  }

  #createStatus(logLinesLost: () => number): Status {
    const { tallies } = this.#counting;
    return new Status({
      progress: () => this.#progress,
      lanes: this.#lanes,
      routes: this.#routes,
      tallies,
      mainGauges: this.#mainGauges,
      recording: this.#recording,
      damages: this.#claimed.damages,
      rollouts: this.#rollouts,
      targets: this.#targets,
      pauses: this.#pauses,
      logLinesLost,
      alerts: () => this.#alerting,
      verdict: () => this.#alerting.verdict,
    });
  }

  #createAdmin(status: Status): AdminServer {
    return createAdminServer({
      ...administered({
        store: this.#claimed.store,
        questions: this.#questions,
        status,
        counting: this.#counting,
        routes: this.#routes,
        lanes: this.#lanes,
        recording: this.#recording,
        generations: this.#generations,
        log: this.#log,
      }),
      mirror: {
        get: () => ({ enabled: this.#mirroring, paused: this.#pauses.now }),
        set: (enabled) => this.#setMirroring(enabled),
      },
      rollouts: this.#rollouts,
      onMarked: (ids) => this.#alerting.forget(ids),
      reload: () => this.reload(),
      rehearse: ({ service, ...beginning }) => this.#rehearsals.begin(service, beginning, 'hand'),
    });
  }

  get #config(): Config {
    return this.#generations.config;
  }

  get #progress(): Progress {
    const { config, number: generation, error: configError } = this.#generations;
    return { state: this.#state, config, generation, configError };
  }
}
