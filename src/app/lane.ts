/**
 * A lane: an edge, a mirror and a compare thread with the tapes between them. The lane starts them, replaces one that
 * dies, and counts what died with it.
 *
 * Who dies takes its reading end with it, so its successor gets a new tape, and the writing neighbor is told. What is
 * lost is known once neither end of the old tape is in use: all that was given on it and never finished. An edge that
 * dies takes its mirror along, since half-told exchanges are of no use.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config, ListenAddress } from '../config/types.ts';
import { Custody } from '../metrics/custody.ts';
import { Gauges } from '../metrics/gauges.ts';
import { Ledger } from '../metrics/ledger.ts';
import { RedactionCounts } from '../metrics/redactions.ts';
import { RefusalCounts } from '../metrics/refusals.ts';
import type { SettledCount } from '../mirror/settled-counts.ts';
import type { FindingsBatch } from '../model/finding.ts';
import type { Notice } from '../model/notice.ts';
import { MAX_ROUTES } from '../model/route.ts';
import { Tape } from '../tape/layout.ts';
import { TapeWriter } from '../tape/writer.ts';
import type {
  CommonData,
  CompareData,
  EdgeData,
  FromCompare,
  FromEdge,
  FromMirror,
  Link,
  MirrorData,
  ToCompare,
  ToEdge,
  ToMirror,
} from '../threads/messages.ts';
import { LookUpTurn } from '../wire/names.ts';
import { type Role, Thread, type ThreadEnd } from './thread.ts';

const ROLES = ['edge', 'mirror', 'compare'] as const;

/** Milliseconds before a thread that died is started again, doubled with every death in a row up to the longest. */
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 5_000;
/** A thread that lived this long has not died in a row. */
const HEALTHY_AFTER = 60_000;

export interface LaneOptions {
  readonly index: number;
  readonly config: Config;
  readonly routeRows: readonly number[];
  readonly routeLog: SharedArrayBuffer;
  readonly pseudonym: string;
  readonly marker: string;
  readonly redactionKey: Uint8Array;
  readonly ticketSecret: Uint8Array;
  readonly mirroring: boolean;
  /** For each role that looks names up: what its threads take turns by. */
  readonly lookUpTurns: Record<'edge' | 'mirror', SharedArrayBuffer>;
  readonly log: Logger;
  readonly onFindings: (batch: FindingsBatch, droppedExamples: number) => void;
  readonly onSettled: (counts: readonly SettledCount[]) => void;
  /** Exchanges of a route that died with a thread. */
  readonly onLost: (row: number, count: number, lost: Lost) => void;
}

/** In whose hands they were: received by an edge, copied to a mirror, or paired for a comparison. */
export type Lost = 'received' | 'copies' | 'pairs';

/** `failing`: it dies again and again, whether or not it runs at the moment. */
export type ThreadStatus = 'starting' | 'running' | 'restarting' | 'failing' | 'stopped';

/** Deaths in a row that are no accident any more. */
const FAILING_AFTER = 3;

interface RoleState {
  readonly ledgerMemory: SharedArrayBuffer;
  readonly gaugesMemory: SharedArrayBuffer;
  readonly gauges: Gauges;
  status: Exclude<ThreadStatus, 'failing'>;
  restarts: number;
  lastDeath: string | undefined;
  deathsInARow: number;
  startedAt: number;
}

export class Lane {
  readonly #options: LaneOptions;
  readonly #roles: Record<Role, RoleState> = { edge: newRole(), mirror: newRole(), compare: newRole() };
  #config: Config;
  #routeRows: readonly number[];
  #mirroring: boolean;
  #ticketSecret: Uint8Array;
  #edge!: Thread<ToEdge, FromEdge>;
  #mirror!: Thread<ToMirror, FromMirror>;
  #compare!: Thread<ToCompare, FromCompare>;
  #received: SharedArrayBuffer = Custody.allocate();
  readonly #refusals = RefusalCounts.allocate();
  readonly #redactions = RedactionCounts.allocate();
  #copies: Link;
  #pairs: Link;
  /** Accounts of tapes that the writing end may still use. */
  #retiringCopies: SharedArrayBuffer[] = [];
  #retiringPairs: SharedArrayBuffer[] = [];
  #address: { address: ListenAddress; sharing: 'exclusive' | 'shared' } | undefined;
  readonly #listening: PromiseWithResolvers<number> = Promise.withResolvers();
  /** Until then a failure of the edge is a failure of the start. */
  #hasListened = false;
  #drained: Partial<Record<Role, () => void>> = {};
  #state: 'up' | 'winding_down' | 'stopping' = 'up';

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#config = options.config;
    this.#routeRows = options.routeRows;
    this.#mirroring = options.mirroring;
    this.#ticketSecret = options.ticketSecret;
    this.#copies = this.#newLink();
    this.#pairs = this.#newLink();
    // An edge may die before anybody asks whether it listens.
    this.#listening.promise.catch(() => {});
    this.#startCompare();
    this.#startMirror();
    this.#startEdge();
  }

  /** What the compare thread counted for the findings that it has told of, and no more: the two are recorded together. */
  readonly reported = new Ledger(Ledger.allocate());

  /** The numbers of a role's threads, the present one and its predecessors. */
  ledger(role: Role): Ledger {
    return new Ledger(this.#roles[role].ledgerMemory);
  }

  /** What the edge turned away. */
  get redactions(): RedactionCounts {
    return new RedactionCounts(this.#redactions);
  }

  get refusals(): RefusalCounts {
    return new RefusalCounts(this.#refusals);
  }

  get threads(): { name: string; status: ThreadStatus; restarts: number; lastDeath?: string; gauges: Gauges }[] {
    return ROLES.map((role) => {
      const { status, restarts, lastDeath, gauges, deathsInARow, startedAt } = this.#roles[role];
      const isFailing = deathsInARow >= FAILING_AFTER && performance.now() - startedAt < HEALTHY_AFTER;
      return {
        name: this.#name(role),
        status: isFailing ? 'failing' : status,
        restarts,
        ...(lastDeath === undefined ? {} : { lastDeath }),
        gauges,
      };
    });
  }

  get tapes(): { tape: string; role: 'copies' | 'pairs'; bytes: number }[] {
    const used = ({ tape }: Link): number => new TapeWriter(tape).used;
    return [
      { tape: `${this.#name('edge')}/${this.#name('mirror')}`, role: 'copies', bytes: used(this.#copies) },
      { tape: `${this.#name('mirror')}/${this.#name('compare')}`, role: 'pairs', bytes: used(this.#pairs) },
    ];
  }

  /** Resolves to the port. Rejects when the edge dies first, or with the system's `code` when the address can't be had. */
  listen(address: ListenAddress, sharing: 'exclusive' | 'shared'): Promise<number> {
    this.#address = { address, sharing };
    this.#edge.send({ type: 'listen', address, sharing });
    return this.#listening.promise;
  }

  configure(config: Config, routeRows: readonly number[]): void {
    this.#config = config;
    this.#routeRows = routeRows;
    for (const thread of [this.#compare, this.#mirror, this.#edge])
      thread.send({ type: 'configure', config, routeRows });
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

  windDown(): void {
    this.#state = 'winding_down';
    this.#edge.send({ type: 'wind_down' });
  }

  /** Lets a role's thread finish what it has. Resolves when it has, or when it died over it. */
  drain(role: Role): Promise<void> {
    this.#state = 'stopping';
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#roles[role].status !== 'running') return Promise.resolve();
    this.#drained[role] = resolve;
    this.#thread(role).send({ type: 'drain' });
    return promise;
  }

  /** Ends all threads, and counts what they had not finished. `left`: one of them hangs in something. */
  async stop(): Promise<'ended' | 'left'> {
    this.#state = 'stopping';
    const ends = await Promise.all([this.#edge.terminate(), this.#mirror.terminate(), this.#compare.terminate()]);
    this.#countLost([this.#received], 'received');
    this.#countLost([...this.#retiringCopies, this.#copies.custody], 'copies');
    this.#countLost([...this.#retiringPairs, this.#pairs.custody], 'pairs');
    this.#received = Custody.allocate();
    return ends.includes('left') ? 'left' : 'ended';
  }

  #startEdge(): void {
    this.#received = Custody.allocate();
    const data: EdgeData = {
      ...this.#common('edge'),
      ...this.#lookUps('edge'),
      received: this.#received,
      refusals: this.#refusals,
      copies: this.#copies,
      pseudonym: this.#options.pseudonym,
      marker: this.#options.marker,
      mirroring: this.#mirroring,
      ticketSecret: this.#ticketSecret,
    };
    this.#edge = this.#start('edge', data, (message) => this.#onEdgeMessage(message));
    if (this.#address !== undefined) this.#edge.send({ type: 'listen', ...this.#address });
    if (this.#state === 'winding_down') this.#edge.send({ type: 'wind_down' });
  }

  #startMirror(): void {
    const data: MirrorData = {
      ...this.#common('mirror'),
      ...this.#lookUps('mirror'),
      copies: this.#copies,
      pairs: this.#pairs,
      marker: this.#options.marker,
    };
    this.#mirror = this.#start('mirror', data, (message) => this.#onMirrorMessage(message));
  }

  #startCompare(): void {
    const data: CompareData = {
      ...this.#common('compare'),
      pairs: this.#pairs,
      marker: this.#options.marker,
      redactionKey: this.#options.redactionKey,
      redactions: this.#redactions,
    };
    this.#compare = this.#start('compare', data, (message) => this.#onCompareMessage(message));
  }

  #start<In, Out extends { readonly type: string }>(
    role: Role,
    data: object,
    onMessage: (message: Out) => void,
  ): Thread<In, Out> {
    const state = this.#roles[role];
    state.startedAt = performance.now();
    state.status = 'running';
    return new Thread<In, Out>(role, this.#name(role), data, {
      onMessage,
      onEnd: (end) => this.#onEnd(role, end),
      log: this.#options.log,
    });
  }

  #onEdgeMessage(message: FromEdge): void {
    switch (message.type) {
      case 'listening':
        this.#address = { ...this.#address!, address: { ...this.#address!.address, port: message.port } };
        this.#listening.resolve(message.port);
        if (this.#hasListened) this.#options.log.info({ port: message.port }, 'listening again');
        this.#hasListened = true;
        break;
      case 'listen_failed':
        this.#onListenFailed(message.code, message.message);
        break;
      case 'notice':
        this.#write('edge', message.notice);
        break;
      case 'copies_replaced':
        this.#settleCopies();
        break;
      case 'drained':
        this.#drained.edge?.();
        break;
    }
  }

  #onMirrorMessage(message: FromMirror): void {
    switch (message.type) {
      case 'settled':
        this.#options.onSettled(message.counts);
        break;
      case 'notice':
        this.#write('mirror', message.notice);
        break;
      case 'pairs_replaced':
        this.#settlePairs();
        break;
      case 'drained':
        this.#drained.mirror?.();
        break;
    }
  }

  #write(role: Role, { level, message, facts }: Notice): void {
    this.#options.log[level]({ thread: this.#name(role), ...facts }, message);
  }

  #onCompareMessage(message: FromCompare): void {
    if (message.type === 'findings') {
      for (const { row, findings } of message.counts) this.reported.setFindings(row, findings);
      this.#options.onFindings(message.batch, message.droppedExamples);
    } else if (message.type === 'notice') this.#write('compare', message.notice);
    else this.#drained.compare?.();
  }

  /** What it counted and did not live to tell of: the outcomes stay, what was found is lost. */
  #takeOverCounts(): void {
    const counted = this.ledger('compare');
    for (let row = 0; row < MAX_ROUTES; row++) this.reported.setFindings(row, counted.findings(row));
  }

  /** At the start this is the user's to mend; later the port was ours, and will be free again. */
  #onListenFailed(code: string, message: string): void {
    this.#listening.reject(Object.assign(new Error(message), { code }));
    if (!this.#hasListened) return;
    this.#options.log.error({ error: message }, 'the port is not free again yet');
    setTimeout(() => {
      if (this.#state !== 'stopping') this.#edge.send({ type: 'listen', ...this.#address! });
    }, LONGEST_PAUSE).unref();
  }

  #onEnd(role: Role, end: ThreadEnd): void {
    this.#roles[role].status = 'stopped';
    if (role === 'compare') this.#takeOverCounts();
    if (role !== 'compare') LookUpTurn.giveBack(this.#options.lookUpTurns[role], this.#options.index + 1);
    this.#drained[role]?.();
    if (end.kind === 'told' || this.#state === 'stopping') return;
    if (role === 'edge' && !this.#hasListened) {
      this.#listening.reject(new Error(`${this.#name(role)} died before it could listen: ${end.reason}`));
      return;
    }
    this.#options.log.error(
      { thread: this.#name(role), reason: end.reason },
      'the thread died; another takes its place',
    );
    this.#roles[role].lastDeath = end.reason;
    void this.#restart(role);
  }

  async #restart(role: Role): Promise<void> {
    const state = this.#roles[role];
    state.status = 'restarting';
    state.restarts++;
    state.deathsInARow = performance.now() - state.startedAt > HEALTHY_AFTER ? 1 : state.deathsInARow + 1;
    if (state.deathsInARow === FAILING_AFTER) {
      const facts = { thread: this.#name(role), deaths: FAILING_AFTER, reason: state.lastDeath };
      this.#options.log.error(facts, 'the thread dies again and again: its work is not done until that is mended');
    }
    if (role === 'edge') await this.#mirror.terminate();
    await delay(Math.min(FIRST_PAUSE * 2 ** (state.deathsInARow - 1), LONGEST_PAUSE));
    // An edge that died meanwhile brings a new mirror along.
    const superseded = state.status !== 'restarting' || (role === 'mirror' && this.#roles.edge.status !== 'running');
    if (this.#state === 'stopping' || superseded) return;
    switch (role) {
      case 'edge':
        this.#restartEdge();
        break;
      case 'mirror':
        this.#restartMirror();
        break;
      case 'compare':
        this.#restartCompare();
        break;
    }
  }

  #restartEdge(): void {
    this.#countLost([this.#received], 'received');
    this.#retiringCopies.push(this.#copies.custody);
    this.#settleCopies();
    this.#settlePairs();
    this.#copies = this.#newLink();
    this.#startMirror();
    this.#startEdge();
  }

  #restartMirror(): void {
    // Its predecessor, if it was told of a new pair tape, did not live to say so.
    this.#settlePairs();
    this.#retiringCopies.push(this.#copies.custody);
    this.#copies = this.#newLink();
    this.#startMirror();
    this.#edge.send({ type: 'replace_copies', copies: this.#copies });
  }

  #restartCompare(): void {
    this.#retiringPairs.push(this.#pairs.custody);
    this.#pairs = this.#newLink();
    this.#startCompare();
    this.#mirror.send({ type: 'replace_pairs', pairs: this.#pairs });
  }

  #settleCopies(): void {
    this.#countLost(this.#retiringCopies, 'copies');
    this.#retiringCopies = [];
  }

  #settlePairs(): void {
    this.#countLost(this.#retiringPairs, 'pairs');
    this.#retiringPairs = [];
  }

  #countLost(accounts: readonly SharedArrayBuffer[], lost: Lost): void {
    for (const custody of accounts.map((memory) => new Custody(memory))) {
      for (const [row, count] of custody.allOutstanding()) this.#options.onLost(row, count, lost);
    }
  }

  #lookUps(role: 'edge' | 'mirror'): Pick<EdgeData, 'lane' | 'lookUpTurn'> {
    const { index, lookUpTurns } = this.#options;
    return { lane: index, lookUpTurn: lookUpTurns[role] };
  }

  #common(role: Role): CommonData {
    const { ledgerMemory, gaugesMemory } = this.#roles[role];
    return {
      config: this.#config,
      routeRows: this.#routeRows,
      routeLog: this.#options.routeLog,
      ledger: ledgerMemory,
      gauges: gaugesMemory,
    };
  }

  #thread(role: Role): Thread<ToEdge & ToMirror & ToCompare, never> {
    return { edge: this.#edge, mirror: this.#mirror, compare: this.#compare }[role] as never;
  }

  #name(role: Role): string {
    return `${role}-${this.#options.index}`;
  }

  #newLink(): Link {
    return { tape: Tape.allocate(this.#config.mirror.tape & ~7), custody: Custody.allocate() };
  }
}

function newRole(): RoleState {
  const gaugesMemory = Gauges.allocate();
  return {
    ledgerMemory: Ledger.allocate(),
    gaugesMemory,
    gauges: new Gauges(gaugesMemory),
    status: 'starting',
    restarts: 0,
    lastDeath: undefined,
    deathsInARow: 0,
    startedAt: 0,
  };
}
