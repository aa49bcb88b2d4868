/** The mirror in this process, with a test in the place of the edge and a clock that stands still. */

import { expect } from 'vitest';
import type { Target } from '../../src/config/target-types.ts';
import type { MirrorConfig } from '../../src/config/types.ts';
import { RouteLog } from '../../src/grouping/route-log.ts';
import { RouteNames } from '../../src/grouping/route-names.ts';
import { InFlightAccount } from '../../src/metrics/in-flight-account.ts';
import { RouteCounts } from '../../src/metrics/layout.ts';
import { Ledger } from '../../src/metrics/ledger.ts';
import { Ledgers } from '../../src/metrics/ledgers.ts';
import { Mirror } from '../../src/mirror/mirror.ts';
import { copyLegs, type ServingLeg } from '../../src/model/copy-legs.ts';
import type { Notice } from '../../src/model/notice.ts';
import { DEFAULT_SERVICE } from '../../src/model/service.ts';
import {
  COPY_FRAME,
  writeAbandon,
  writeBytes,
  writeEnd,
  writeRequest,
  writeResponse,
} from '../../src/tape/copy-frames.ts';
import { Tape } from '../../src/tape/layout.ts';
import { TapeReader } from '../../src/tape/reader.ts';
import { TapeWriter } from '../../src/tape/writer.ts';
import { AddressBook } from '../../src/wire/addresses.ts';
import { Deadlines } from '../../src/wire/deadlines.ts';
import { systemNames } from '../../src/wire/names.ts';
import { edgeConfig } from './edge.ts';
import { ManualClock } from './manual-clock.ts';

export interface MirrorSetup {
  readonly shadow: { readonly port: number };
  readonly control?: { readonly port: number };
  /** The primary that is asked once more, or gets copies of what the shadow serves. */
  readonly repeated?: { readonly port: number };
  readonly mirror?: Partial<MirrorConfig>;
  readonly target?: Partial<Target>;
}

export function mirrorOf({ shadow, control, repeated, mirror: settings = {}, target = {} }: MirrorSetup) {
  const base = edgeConfig(1, { mirror: settings });
  const ignoreHeaders = ['content-length'];
  const config = {
    ...base,
    routes: base.routes.map((route) => ({ ...route, compare: { ...route.compare, ignoreHeaders } })),
    services: base.services.map((service) => ({
      ...service,
      shadow: edgeConfig(shadow.port, { target }).services[0]!.primary,
      ...(repeated && { repeated: edgeConfig(repeated.port, { target }).services[0]!.primary }),
      ...(control && { control: edgeConfig(control.port, { target }).services[0]!.primary }),
    })),
  };
  const clock = new ManualClock(1_000);
  const deadlines = new Deadlines(clock);
  const routeNames = new RouteNames(new RouteLog(RouteLog.allocate()));
  const row = routeNames.configured(['default'])![0]!;
  const memoryOfLedger = Ledger.allocate();
  const ledger = new Ledger(memoryOfLedger);
  const notices: Notice[] = [];
  const mirror = new Mirror({
    config,
    routeRows: [row],
    routeNames,
    copies: new InFlightAccount(InFlightAccount.allocate()),
    pairs: {
      writer: new TapeWriter(Tape.allocate(1024 * 1024)),
      account: new InFlightAccount(InFlightAccount.allocate()),
      wake: () => {},
    },
    ledgers: new Ledgers([memoryOfLedger]),
    rehearsals: {
      table: [{ service: 'default', current: 0, versions: [], others: 'current' }],
      ask: expect.unreachable,
    },
    clock,
    deadlines,
    addresses: new AddressBook(clock, deadlines, systemNames),
    marker: 'marker',
    tell: (notice) => notices.push(notice),
  });
  const memory = Tape.allocate(8 * 1024 * 1024);
  const [writer, reader] = [new TapeWriter(memory), new TapeReader(memory)];
  const read = () => void reader.read((...frame) => mirror.onFrame(...frame), Number.POSITIVE_INFINITY);
  let number = 0;
  const counts = () => new RouteCounts(ledger.route(row));

  return {
    mirror: mirror.services.get(DEFAULT_SERVICE)!,
    notices,
    counts,
    /** Endings counted so far. */
    endings: () => Object.fromEntries([...counts().endings()].map(({ ending, count }) => [ending, count])),
    /** Lets time pass, so that what is due happens. */
    pass: (milliseconds: number): void => {
      clock.advance(milliseconds);
      deadlines.sweep();
    },
    /** A request begins; what the primary makes of it is up to the test. */
    begin: ({
      path = '/',
      order = 0,
      method = 'GET',
      servedBy = 'primary',
      control: withControl = true,
    }: Beginning = {}) => {
      const exchange = ++number;
      const head = { method, target: path, authority: 'x', fields: ['Host', 'x'], bodyLength: 0 };
      writeRequest(writer, exchange, {
        receivedAt: 0,
        order,
        route: row,
        servedBy,
        copies: copyLegs(servedBy, withControl),
        complete: true,
        id: `id-${exchange}`,
        head,
      });
      read();
      return {
        /** The primary answers, `took` milliseconds after it was asked. */
        answer: (body: string, took = 1, paced = false): void => {
          writeResponse(writer, exchange, { status: 200, reason: 'OK', fields: ['Content-Type', 'text/plain'] });
          writeBytes(writer, COPY_FRAME.responseBody, exchange, Buffer.from(body));
          const timing = { connect: 0, firstByte: took, lastByte: took };
          writeEnd(writer, exchange, { row, timing, paced, strained: false });
          read();
        },
        abandon: (): void => {
          writeAbandon(writer, exchange);
          read();
        },
      };
    },
  };
}

interface Beginning {
  readonly method?: string;
  readonly path?: string;
  readonly order?: number;
  readonly servedBy?: ServingLeg;
  /** Whether the plan has a copy for the control; there may be none. */
  readonly control?: boolean;
}

/** What `answer` says, from an origin. */
export const sameAnswer = (body: string) => ({ body, headers: { 'Content-Type': 'text/plain' } });
