/**
 * The frames that carry an exchange from its edge thread to its mirror thread. Strings are as in tape/strings.ts.
 *
 *     request        opens   receivedAt f64 · body length f64 (-1: unknown) · order u32 · route u16 · flags u16 ·
 *                            strings: id, method, target, authority, then the fields
 *     request_body           bytes
 *     request_end            strings: trailers
 *     response               status u16 · strings: reason, then the fields
 *     response_body          bytes
 *     response_trailers      strings: trailers
 *     end            closes  connect f64 · first byte f64 · last byte f64 · row u16 · flags u8
 *     abandon        closes
 */

import { copyLegs, type ServingLeg } from '../model/copy-legs.ts';
import type { Fields, ForwardedRequest, LegName, LegTiming, ResponseHead } from '../model/exchange.ts';
import type { RouteRow } from '../model/route.ts';
import { readStrings, stringsLength, writeStrings } from './strings.ts';
import type { TapeWriter } from './writer.ts';

export const COPY_FRAME = {
  request: 1,
  requestBody: 2,
  requestEnd: 3,
  response: 4,
  responseBody: 5,
  responseTrailers: 6,
  end: 7,
  abandon: 8,
} as const;

const REQUEST_HEADER = 24;
const RESPONSE_HEADER = 2;
const END_LENGTH = 27;

/** Flags of a request frame. */
const COMPLETE = 1;
const WITH_CONTROL = 2;
const SERVED_BY_SHADOW = 4;
/** Flags of an end frame. */
const PACED = 1;
const STRAINED = 2;

const NONE: readonly string[] = [];

/** A body length that only the end of the body tells. */
const UNKNOWN = -1;

export interface CopiedRequest {
  readonly receivedAt: number;
  /** Copies with the same key keep their order: 32 bits, unsigned; 0 where the copy has no order. */
  readonly order: number;
  /** The row of the configured route. */
  readonly route: RouteRow;
  /** Whose response the client gets. */
  readonly servedBy: ServingLeg;
  /** Which targets get a copy, as `copyLegs` says. */
  readonly copies: readonly LegName[];
  /** No body and no end follow. */
  readonly complete: boolean;
  readonly id: string;
  /** The head as it went to the target that serves, without changes for that target only. */
  readonly head: ForwardedRequest;
}

export interface CopiedEnd {
  /** The row in the ledgers in which the exchange is counted. It may be known only now. */
  readonly row: RouteRow;
  readonly timing: LegTiming;
  /** Whether the client slowed the response down, so that the timings say nothing about the target. */
  readonly paced: boolean;
  /** Whether copies were about to be paused, or already were, so that the timings may be distorted. */
  readonly strained: boolean;
}

/** Each `write…` returns false when the frame doesn't fit; then nothing was written. */
export function writeRequest(tape: TapeWriter, exchange: number, request: CopiedRequest): boolean {
  const { method, target, authority, fields, bodyLength } = request.head;
  const named = [request.id, method, target, authority];
  const length = REQUEST_HEADER + stringsLength(named, fields);
  const at = tape.claimOpening(length);
  if (at < 0) return false;
  tape.view.setFloat64(at, request.receivedAt, true);
  tape.view.setFloat64(at + 8, bodyLength === 'unknown' ? UNKNOWN : bodyLength, true);
  tape.view.setUint32(at + 16, request.order, true);
  tape.view.setUint16(at + 20, request.route, true);
  const flags =
    (request.complete ? COMPLETE : 0) |
    (request.copies.includes('control') ? WITH_CONTROL : 0) |
    (request.servedBy === 'shadow' ? SERVED_BY_SHADOW : 0);
  tape.view.setUint16(at + 22, flags, true);
  writeStrings(tape, at + REQUEST_HEADER, named, fields);
  tape.commit(COPY_FRAME.request, exchange, length);
  return true;
}

export function writeResponse(tape: TapeWriter, exchange: number, response: ResponseHead): boolean {
  const named = [response.reason];
  const length = RESPONSE_HEADER + stringsLength(named, response.fields);
  const at = tape.claim(length);
  if (at < 0) return false;
  tape.view.setUint16(at, response.status, true);
  writeStrings(tape, at + RESPONSE_HEADER, named, response.fields);
  tape.commit(COPY_FRAME.response, exchange, length);
  return true;
}

export function writeTrailers(tape: TapeWriter, kind: number, exchange: number, trailers: Fields): boolean {
  const length = stringsLength(NONE, trailers);
  const at = tape.claim(length);
  if (at < 0) return false;
  writeStrings(tape, at, NONE, trailers);
  tape.commit(kind, exchange, length);
  return true;
}

/** Bytes of any length, in as many frames as they need. When false is returned, some may have been written. */
export function writeBytes(tape: TapeWriter, kind: number, exchange: number, bytes: Uint8Array): boolean {
  for (let from = 0; from < bytes.length; from += tape.largest) {
    const part = bytes.length <= tape.largest ? bytes : bytes.subarray(from, from + tape.largest);
    const at = tape.claim(part.length);
    if (at < 0) return false;
    tape.bytes.set(part, at);
    tape.commit(kind, exchange, part.length);
  }
  return true;
}

export function writeEnd(tape: TapeWriter, exchange: number, end: CopiedEnd): void {
  const at = tape.claimControl(END_LENGTH);
  tape.view.setFloat64(at, end.timing.connect, true);
  tape.view.setFloat64(at + 8, end.timing.firstByte, true);
  tape.view.setFloat64(at + 16, end.timing.lastByte, true);
  tape.view.setUint16(at + 24, end.row, true);
  tape.view.setUint8(at + 26, (end.paced ? PACED : 0) | (end.strained ? STRAINED : 0));
  tape.commit(COPY_FRAME.end, exchange, END_LENGTH);
}

export function writeAbandon(tape: TapeWriter, exchange: number): void {
  tape.claimControl(0);
  tape.commit(COPY_FRAME.abandon, exchange, 0);
}

export function readRequest(bytes: Buffer, start: number, end: number): CopiedRequest {
  const { first, rest: fields } = readStrings(bytes, start + REQUEST_HEADER, end, 4);
  const [id, method, target, authority] = first as [string, string, string, string];
  const bodyLength = bytes.readDoubleLE(start + 8);
  const flags = bytes.readUInt16LE(start + 22);
  const servedBy = (flags & SERVED_BY_SHADOW) === 0 ? 'primary' : 'shadow';
  return {
    receivedAt: bytes.readDoubleLE(start),
    order: bytes.readUInt32LE(start + 16),
    route: bytes.readUInt16LE(start + 20) as RouteRow,
    servedBy,
    copies: copyLegs(servedBy, (flags & WITH_CONTROL) !== 0),
    complete: (flags & COMPLETE) !== 0,
    id,
    head: {
      method,
      target,
      authority,
      fields,
      bodyLength: bodyLength === UNKNOWN ? 'unknown' : bodyLength,
    },
  };
}

export function readResponse(bytes: Buffer, start: number, end: number): ResponseHead {
  const { first, rest: fields } = readStrings(bytes, start + RESPONSE_HEADER, end, 1);
  return { status: bytes.readUInt16LE(start), reason: first[0]!, fields };
}

export function readTrailers(bytes: Buffer, start: number, end: number): Fields {
  return readStrings(bytes, start, end, 0).rest;
}

export function readEnd(bytes: Buffer, start: number): CopiedEnd {
  return {
    timing: {
      connect: bytes.readDoubleLE(start),
      firstByte: bytes.readDoubleLE(start + 8),
      lastByte: bytes.readDoubleLE(start + 16),
    },
    row: bytes.readUInt16LE(start + 24) as RouteRow,
    paced: (bytes[start + 26]! & PACED) !== 0,
    strained: (bytes[start + 26]! & STRAINED) !== 0,
  };
}
