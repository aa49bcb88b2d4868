/**
 * Settles a complete exchange: it is counted where shadow and primary are equal byte for byte, or where the shadow
 * failed, and handed to the compare thread where they differ.
 */
import type { Config } from '../config/types.ts';
import { OperationRows } from '../grouping/operation-rows.ts';
import type { RouteNames } from '../grouping/route-names.ts';
import { sharedClock } from '../lib/clock.ts';
import type { InFlightAccount } from '../metrics/in-flight-account.ts';
import type { Settled } from '../metrics/ledger.ts';
import type { Ledgers } from '../metrics/ledgers.ts';
import type { LegTiming } from '../model/exchange.ts';
import { SHADOW_ENDINGS } from '../model/outcome.ts';
import type { RehearsalTable } from '../model/rehearsal.ts';
import type { RouteRow } from '../model/route.ts';
import { canHold, type Pair, writePair } from '../tape/pair-frames.ts';
import { TapePortions } from '../tape/portions.ts';
import type { TapeWriter } from '../tape/writer.ts';
import { NEVER } from '../wire/deadlines.ts';
import { sameResponse } from './equality.ts';
import type { LegResult } from './leg-result.ts';
import type { MirroredExchange } from './mirrored-exchange.ts';
import { PairSigns } from './pair-signs.ts';
import type { RepeatedExchange } from './repeated-exchange.ts';
import { type SettledCount, SettledCounts } from './settled-counts.ts';

const NONE: ReadonlySet<string> = new Set();

/** A tape to a compare thread. */
export interface PairTape {
  readonly writer: TapeWriter;
  readonly account: InFlightAccount;
  /** Called when a pair was written, or did not fit: the compare thread must read. */
  readonly wake: () => void;
}

export interface SettlementOptions {
  readonly config: Config;
  readonly routeRows: readonly RouteRow[];
  readonly routeNames: RouteNames;
  /** The copies that this thread is responsible for. */
  readonly copies: InFlightAccount;
  /** The tape of the pairs that the compare thread is responsible for. */
  readonly pairs: PairTape;
  readonly ledgers: Ledgers;
}

export class Settlement {
  readonly #options: SettlementOptions;
  readonly #settledCounts = new SettledCounts();
  readonly #pairSigns: PairSigns;
  #pairs: PairTape;
  #portions: TapePortions;
  #pairNumber = 0;
  #operations!: OperationRows;
  /** Names of header fields that are not compared, by the row of a route in the ledgers. */
  #ignored!: ReadonlyMap<RouteRow, ReadonlySet<string>>;

  constructor(options: SettlementOptions) {
    this.#options = options;
    this.#pairs = options.pairs;
    this.#portions = new TapePortions(options.pairs.writer);
    this.#pairSigns = new PairSigns(options.ledgers, options.routeNames, options.config.verdict);
    this.configure(options.config, options.routeRows);
  }

  configure(config: Config, routeRows: readonly RouteRow[]): void {
    this.#operations = new OperationRows(this.#options.routeNames, config.grouping);
    this.#pairSigns.configure(config.verdict);
    this.#ignored = new Map(
      config.routes.map((route, index) => [routeRows[index]!, new Set(route.compare.ignoreHeaders)]),
    );
  }

  setRehearsals(table: RehearsalTable): void {
    this.#pairSigns.setRehearsals(table);
  }

  /** A new compare thread reads from this tape. */
  replacePairs(pairs: PairTape): void {
    this.#pairs = pairs;
    this.#portions = new TapePortions(pairs.writer);
  }

  /** Exchanges that were settled without a comparison since the last call. */
  takeSettled(): SettledCount[] {
    return this.#settledCounts.take();
  }

  settle(exchange: MirroredExchange): void {
    this.#locate(exchange);
    this.#end(exchange);
  }

  /**
   * Determines the row of an exchange. Where the row depends on the body, the edge leaves it to this thread to count
   * the request too, together with the outcome.
   */
  #locate(exchange: MirroredExchange): void {
    const { row } = exchange.end!;
    exchange.row = row;
    if (this.#options.routeNames.info(row).named === 'by_head') return;
    const { target } = exchange;
    exchange.row = this.#operations.rowOf(row, { target, body: exchange.requestBody });
  }

  #done({ end, method, servedStatus: code }: MirroredExchange): Settled {
    const owed = end!.row;
    const isCounted = this.#options.routeNames.info(owed).named === 'by_head';
    return { account: this.#options.copies, owed, ...(!isCounted && { request: { method, code } }) };
  }

  #end(exchange: MirroredExchange): void {
    const { row, rehearsal } = exchange;
    const ledger = this.#options.ledgers.of(rehearsal);
    const skipped = exchange.skipped ?? (isPrimarySlower(exchange) ? 'primary_slow' : undefined);
    if (skipped !== undefined) {
      ledger.settle(row, `skipped:${skipped}`, this.#done(exchange));
      return;
    }
    const { primary, shadow } = exchange;
    if ('failure' in primary) {
      ledger.settle(row, 'skipped:primary_copy_failed', this.#done(exchange));
      return;
    }
    this.#measure(exchange);
    this.#pairSigns.add(exchange);
    if ('failure' in shadow) {
      this.#count(exchange, SHADOW_ENDINGS[shadow.failure]);
    } else if (this.#isMatch(exchange)) {
      this.#count(exchange, 'match');
    } else if (!this.#handOver(exchange)) {
      const reason = canHold(this.#pairs.writer, exchange.capture()) ? 'compare_backlog' : 'too_large';
      ledger.settle(row, `skipped:${reason}`, this.#done(exchange));
    }
  }

  /** Counts an exchange that needs no comparison, and keeps some as examples. */
  #count(exchange: MirroredExchange, ending: SettledCount['ending']): void {
    const { request, rehearsal, row, servedStatus: primaryStatus } = exchange;
    this.#options.ledgers.of(rehearsal).settle(row, ending, this.#done(exchange));
    const isFirst = this.#settledCounts.add({ rehearsal, row, ending, primaryStatus }, request.receivedAt);
    if (isFirst) this.#send(exchange, { settled: ending });
  }

  /** Gives it to the compare thread. False when the tape has no room. */
  #handOver(exchange: MirroredExchange): boolean {
    const ledger = this.#options.ledgers.of(exchange.rehearsal);
    const { account } = this.#pairs;
    const done = this.#done(exchange);
    return this.#send(exchange, {}, () => ledger.handOver(exchange.row, account, done));
  }

  /** Whether shadow and primary (and control) are equal byte for byte. */
  #isMatch(exchange: MirroredExchange): boolean {
    const { primary, shadow, control, calibration } = exchange;
    if (!('response' in primary) || !('response' in shadow)) return false;
    const ignored = this.#ignored.get(exchange.request.route) ?? NONE;
    if (!sameResponse(primary.response, shadow.response, ignored)) return false;
    const other = calibration === 'none' ? control : calibration;
    if (other === 'none' || other === undefined || !('response' in other)) return true;
    return sameResponse(primary.response, other.response, ignored);
  }

  #send(exchange: MirroredExchange, state: Pick<Pair, 'settled'>, handOver?: () => void): boolean {
    this.#pairNumber = (this.#pairNumber + 1) >>> 0;
    const { portion } = exchange.owner;
    const written =
      this.#portions.allows(portion) &&
      writePair(
        this.#pairs.writer,
        this.#pairNumber,
        {
          route: exchange.row,
          rehearsal: exchange.rehearsal,
          writtenAt: sharedClock(),
          exchange: exchange.capture(),
          ...state,
        },
        handOver,
      );
    this.#portions.wrote(portion);
    this.#pairs.wake();
    return written;
  }

  /** Has the responses to a repeated request compared, where there are two and the tape has room. */
  repeated(exchange: RepeatedExchange): void {
    const captured = exchange.capture();
    if (captured === undefined) return;
    const { row: route, rehearsal, number: repeat } = exchange.request;
    this.#pairNumber = (this.#pairNumber + 1) >>> 0;
    writePair(this.#pairs.writer, this.#pairNumber, {
      route,
      rehearsal,
      writtenAt: sharedClock(),
      exchange: captured,
      repeat,
    });
    this.#pairs.wake();
  }

  /** Records the latencies of the legs, and the delta where the client's pace did not affect it. */
  #measure(exchange: MirroredExchange): void {
    const { row, rehearsal, servedBy, crowding } = exchange;
    const ledger = this.#options.ledgers.of(rehearsal);
    const slowed = exchange.end!.paced ? servedBy : undefined;
    const [primary, shadow] = [timingOf(exchange.primary), timingOf(exchange.shadow)];
    const control = exchange.control === 'none' ? undefined : timingOf(exchange.control!);
    if (primary !== undefined && slowed !== 'primary') ledger.leg(row, 'primary', primary);
    if (shadow !== undefined && slowed !== 'shadow') ledger.leg(row, 'shadow', shadow);
    if (control !== undefined) ledger.leg(row, 'control', control);
    if (shadow === undefined) return;
    const reference = exchange.control === 'none' ? primary : responseTiming(exchange.control!);
    if (exchange.end!.strained) ledger.leftOut(row, 'strained');
    else if (crowding !== undefined) ledger.crowded(row, crowding);
    else if (exchange.paced) ledger.leftOut(row, 'client_pace');
    else if (reference === undefined) ledger.leftOut(row, 'no_control');
    else ledger.delta(row, shadow.lastByte - reference.lastByte);
  }
}

/** Whether a timeout ended the shadow's copy before the primary was done: then the shadow is not at fault. */
function isPrimarySlower({ servedBy, counterpart: shadow, end }: MirroredExchange): boolean {
  if (servedBy === 'shadow' || shadow === undefined || 'response' in shadow) return false;
  return (shadow.took ?? NEVER) < end!.timing.lastByte;
}

/** A leg that timed out took as long as it was given: leaving it out would make a hanging shadow look fast. */
function timingOf(result: LegResult): LegTiming | undefined {
  if ('response' in result) return result.timing;
  const { took } = result;
  return took === undefined ? undefined : { connect: 0, firstByte: took, lastByte: took };
}

/** The time to compare with. A control that timed out is left out: it would make the shadow look fast. */
function responseTiming(result: LegResult): LegTiming | undefined {
  return 'response' in result ? result.timing : undefined;
}
