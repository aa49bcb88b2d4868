/**
 * A lane: an edge, a mirror and a compare thread with the tapes between them. The lane starts them, replaces a thread
 * that dies, and counts what was lost with it.
 *
 * The reader of a tape can't be replaced. So when a thread dies, its successor reads from a new tape, and the writing
 * neighbor is told. Once neither end of the old tape is in use, the loss is known: everything handed over on it and not
 * finished. When an edge dies, its mirror is replaced too, since incomplete exchanges are of no use.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { ListenAddress } from '../config/address.ts';
import type { Ledger } from '../metrics/ledger.ts';
import type { RehearsalTable } from '../model/rehearsal.ts';
import { FIRST_SEATS } from '../model/rollout.ts';
import type {
  CommonData,
  CompareData,
  EdgeData,
  FromAny,
  FromCompare,
  FromEdge,
  FromMirror,
  Generation,
  MirrorData,
  ToCompare,
  ToEdge,
  ToMirror,
} from '../threads/messages.ts';
import { LookUpTurn } from '../wire/names.ts';
import { EdgeListening } from './edge-listening.ts';
import { LaneCounts } from './lane-counts.ts';
import type { LaneOptions } from './lane-options.ts';
import { Links, type TapeState } from './links.ts';
import { Reported } from './reported.ts';
import { Supervisor, type SupervisorOptions, type ThreadState } from './supervisor.ts';
import { ROLES, type Role } from './thread.ts';
import { patience } from './vigil.ts';

export class Lane {
  readonly #options: LaneOptions;
  readonly #edge: Supervisor<ToEdge, FromEdge>;
  readonly #mirror: Supervisor<ToMirror, FromMirror>;
  readonly #compare: Supervisor<ToCompare, FromCompare>;
  readonly #links: Links;
  #generation: Generation;
  #mirroring: boolean;
  #ticketSecret: Uint8Array;
  readonly #listening: EdgeListening;
  #started = 0;
  #state: 'up' | 'winding_down' | 'stopping' = 'up';

  constructor(options: LaneOptions) {
    this.#options = options;
    const { config, routeRows, rehearsals } = options;
    this.#generation = { config, routeRows, rehearsals, seats: FIRST_SEATS };
    this.#mirroring = options.mirroring;
    this.#ticketSecret = options.ticketSecret;
    this.#links = new Links(() => this.#generation.config.mirror.tape, options.onLost);
    this.#edge = this.#supervisor('edge', (message) => this.#onEdgeMessage(message));
    this.#mirror = this.#supervisor('mirror', (message) => this.#onMirrorMessage(message));
    this.#compare = this.#supervisor('compare', (message) => this.#onCompareMessage(message));
    this.#listening = new EdgeListening({
      send: (message) => this.#edge.send(message),
      isStopping: () => this.#state === 'stopping',
      log: options.log,
    });
    this.#edge.addSlot();
    this.addSlot();
    this.#startMirror();
    this.#startEdge();
  }

  readonly reported = new Reported();
  readonly counts = new LaneCounts();

  /** The ledgers of a role, by slot of the rehearsals. They include the counts of dead predecessors. */
  ledgers(role: Role): readonly Ledger[] {
    return this.#supervisorOf(role).ledgers;
  }

  /** Makes room to count one more rehearsal. Threads learn of it with the next table. */
  addSlot(): void {
    this.#mirror.addSlot();
    this.#compare.addSlot();
    this.reported.addSlot();
  }

  /** Resolves when this table is in force. Compare threads get it first: they will get pairs of new rehearsals. */
  async rehearse(rehearsals: RehearsalTable): Promise<void> {
    this.#generation = { ...this.#generation, rehearsals };
    for (const thread of [this.#compare, this.#mirror])
      await thread.sendAndWait({ type: 'rehearse', rehearsals, ledgers: thread.ledgerMemory });
  }

  /** The threads that have begun. */
  get threads(): readonly ThreadState[] {
    return [this.#edge.state, this.#mirror.state, this.#compare.state].filter((state) => state !== undefined);
  }

  /** URLs of targets that one of its threads can't reach. */
  get unreachable(): ReadonlySet<string> {
    return new Set([...this.#edge.unreachable, ...this.#mirror.unreachable]);
  }

  get tapes(): TapeState[] {
    return this.#links.readings(this.#edge.name, this.#mirror.name, this.#compare.name);
  }

  /** Resolves to the port. Rejects when the edge dies first, or with the system's `code` where it can't listen. */
  listen(address: ListenAddress, sharing: 'exclusive' | 'shared'): Promise<number> {
    return this.#listening.listen(address, sharing);
  }

  /** Resolves when the configuration is in force. The table must not have a slot that the previous one lacks. */
  async configure(generation: Generation): Promise<void> {
    this.#generation = generation;
    const threads = [this.#compare, this.#mirror, this.#edge];
    await Promise.all(threads.map((thread) => thread.sendAndWait({ type: 'configure', ...generation })));
  }

  /** To be called once a second: replaces threads that no longer respond. */
  watch(): void {
    for (const role of ROLES) this.#supervisorOf(role).watch(patience(role, this.#generation.config));
  }

  setMirroring(enabled: boolean): void {
    this.#mirroring = enabled;
    this.#edge.send({ type: 'mirroring', enabled });
  }

  /** `secret`: what the keys of TLS session tickets are made from, the same for all lanes. */
  renewTickets(secret: Uint8Array): void {
    this.#ticketSecret = secret;
    this.#edge.send({ type: 'renew_tickets', secret });
  }

  reopenAccessLog(): void {
    this.#edge.send({ type: 'reopen_access_log' });
  }

  forgetUsers(): void {
    this.#edge.send({ type: 'forget_users' });
  }

  windDown(): void {
    this.#state = 'winding_down';
    this.#edge.send({ type: 'wind_down' });
  }

  /** Lets a role's thread finish its work. Resolves when it has finished or died. */
  drain(role: Role): Promise<void> {
    this.#state = 'stopping';
    return this.#supervisorOf(role).drain();
  }

  /** Ends all threads, and counts what they had not finished. `left`: one of them hangs and could not be ended. */
  async stop(): Promise<'ended' | 'left'> {
    this.#state = 'stopping';
    const ends = await Promise.all([this.#edge.terminate(), this.#mirror.terminate(), this.#compare.terminate()]);
    this.#links.writeOffAll();
    return ends.includes('left') ? 'left' : 'ended';
  }

  #startEdge(): void {
    const { weights, pseudonym, rateLimit, marker, redactionKey } = this.#options;
    const data: EdgeData = {
      ...this.#common('edge'),
      ...this.#lookUps('edge'),
      received: this.#links.received,
      refusals: this.counts.refusals,
      redactions: this.counts.redactions.edge,
      arms: this.counts.arms,
      buckets: this.counts.buckets,
      ...{ weights, pseudonym, rateLimit, marker, redactionKey },
      copies: this.#links.copies,
      mirroring: this.#mirroring,
      ticketSecret: this.#ticketSecret,
    };
    this.#edge.start(data);
    this.#listening.onStarted();
    if (this.#state === 'winding_down') this.#edge.send({ type: 'wind_down' });
  }

  #startMirror(): void {
    const data: MirrorData = {
      ...this.#common('mirror'),
      ...this.#lookUps('mirror'),
      copies: this.#links.copies,
      pairs: this.#links.pairs,
      comparing: this.#compare.status !== 'idle',
      marker: this.#options.marker,
    };
    this.#mirror.start(data);
  }

  #startCompare(): void {
    const data: CompareData = {
      ...this.#common('compare'),
      pairs: this.#links.pairs,
      marker: this.#options.marker,
      redactionKey: this.#options.redactionKey,
      redactions: this.counts.redactions.compare,
    };
    this.#compare.start(data);
  }

  #supervisor<In, Out extends { readonly type: string }>(
    role: Role,
    onMessage: SupervisorOptions<Out>['onMessage'],
  ): Supervisor<In, Out> {
    return new Supervisor<In, Out>(role, this.#options.index, {
      onMessage,
      onEnd: (data) => this.#onEnd(role, data),
      onDeath: (reason) => this.#onDeath(role, reason),
      onFailing: this.#options.onFailing,
      log: this.#options.log,
    });
  }

  #onEdgeMessage(message: Exclude<FromEdge, FromAny>): void {
    switch (message.type) {
      case 'listening':
        this.#listening.onListening(message.port);
        break;
      case 'listen_failed':
        this.#listening.onFailed(message.code, message.message);
        break;
      case 'copies_replaced':
        this.#links.writeOff('copies', message.number);
        break;
      case 'redacted':
        this.#options.onHidden(message.uses);
        break;
      case 'experiments':
        this.#options.onExperiments(message.activity);
        break;
      case 'pauses':
        this.#options.onPauses(message.pauses);
        break;
    }
  }

  #onMirrorMessage(message: Exclude<FromMirror, FromAny>): void {
    switch (message.type) {
      case 'settled':
        this.#options.onSettled(message.counts);
        break;
      case 'targets':
        this.#options.onTargets(message.readings);
        this.#options.onRepeats(message.repeats);
        break;
      case 'version':
        this.#options.onVersion(message.service, message.version);
        break;
      case 'pairs_replaced':
        this.#links.writeOff('pairs', message.number);
        break;
      case 'first_pair':
        if (this.#compare.status === 'idle') this.#startCompare();
        break;
    }
  }

  #onCompareMessage(message: Exclude<FromCompare, FromAny>): void {
    if (message.type === 'repeat') {
      const mayRepeat = this.#mirroring && !this.#options.isPaused(message.request.service);
      if (mayRepeat && this.#state === 'up') this.#mirror.send(message);
      return;
    }
    const { batches, droppedExamples } = message;
    for (const found of batches) this.reported.take(found);
    this.#options.onFindings(batches, droppedExamples);
  }

  #onEnd(role: Role, data: CommonData | EdgeData): void {
    if (role === 'edge') this.#options.onPauses([]);
    if (role === 'mirror') this.#options.onTargets([]);
    if (role === 'compare') this.reported.takeOver(this.#compare.ledgers);
    else if ('holder' in data) LookUpTurn.giveBack(data.lookUpTurn, data.holder);
  }

  #onDeath(role: Role, reason: string): void {
    if (this.#state === 'stopping') return;
    if (role === 'edge' && !this.#listening.hasListened)
      this.#listening.fail(new Error(`${this.#edge.name} died before it could listen: ${reason}`));
    else void this.#restart(role, reason);
  }

  async #restart(role: Role, reason: string): Promise<void> {
    const supervisor = this.#supervisorOf(role);
    const pause = supervisor.countDeath(reason);
    if (role === 'edge') await this.#mirror.terminate();
    await delay(pause);
    // If the edge died meanwhile, the mirror is replaced together with it.
    const superseded = supervisor.status !== 'restarting' || (role === 'mirror' && this.#edge.status !== 'running');
    if (this.#state === 'stopping' || superseded) return;
    if (role === 'edge') this.#restartEdge();
    else if (role === 'mirror') this.#restartMirror();
    else this.#restartCompare();
  }

  #restartEdge(): void {
    this.#links.writeOffReceived();
    this.#links.replace('copies');
    this.#links.writeOff('copies');
    this.#links.writeOff('pairs');
    this.#startMirror();
    this.#startEdge();
  }

  #restartMirror(): void {
    // If its predecessor was told of a new pair tape, it died before it could confirm.
    this.#links.writeOff('pairs');
    this.#links.replace('copies');
    this.#startMirror();
    this.#edge.send({ type: 'replace_copies', copies: this.#links.copies });
  }

  #restartCompare(): void {
    this.#links.replace('pairs');
    this.#startCompare();
    this.#mirror.send({ type: 'replace_pairs', pairs: this.#links.pairs });
  }

  #lookUps(role: 'edge' | 'mirror') {
    const { index, config, lookUpTurns } = this.#options;
    // A new number for each thread: one that hangs in a look-up keeps its turn when it is replaced. 0 means nobody.
    return { holder: ++this.#started * config.edges + index, lookUpTurn: lookUpTurns[role] };
  }

  #common(role: Role): CommonData {
    const { ledgerMemory, gaugesMemory } = this.#supervisorOf(role);
    return {
      ...this.#generation,
      routeLog: this.#options.routeLog,
      ledgers: ledgerMemory,
      gauges: gaugesMemory,
    };
  }

  #supervisorOf(role: Role): Supervisor<never, never> {
    return { edge: this.#edge, mirror: this.#mirror, compare: this.#compare }[role] as never;
  }
}
