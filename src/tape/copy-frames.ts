/**
 * The frames that carry an exchange from its edge thread to its mirror thread. Texts are latin1, heads in the written
 * form of lib/field-lines.ts.
 *
 *     request        opens   receivedAt f64 · order u32 · route u16 · flags u16 · id length u16 · id · head text
 *     request_body           bytes
 *     request_end            trailer lines
 *     response               status u16 · reason length u16 · reason · field lines
 *     response_body          bytes
 *     response_trailers      trailer lines
 *     end            closes  connect f64 · first byte f64 · last byte f64 · row u16 · paced u8
 *     abandon        closes
 */
import type { LegTiming } from '../model/exchange.ts';
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

const REQUEST_HEADER = 18;
const RESPONSE_HEADER = 4;
const END_LENGTH = 27;

/** Flags of a request frame. */
const COMPLETE = 1;

export interface CopiedRequest {
  readonly receivedAt: number;
  /** Copies of one key keep their order: 32 bits, unsigned; 0 where it keeps none. */
  readonly order: number;
  /** Row of the configured route. */
  readonly route: number;
  /** No body and no end follow. */
  readonly complete: boolean;
  readonly id: string;
  /** Request line and fields with the empty line, as they went to the primary. */
  readonly text: string;
}

export interface CopiedResponse {
  readonly status: number;
  readonly reason: string;
  readonly lines: string;
}

export interface CopiedEnd {
  /** In the ledgers: where the exchange is counted, which may be known only now. */
  readonly row: number;
  readonly timing: LegTiming;
  /** The client's pace is in the timings: they say nothing about the primary. */
  readonly paced: boolean;
}

/** Each `write…` returns false when the frame doesn't fit; then nothing was written. */
export function writeRequest(tape: TapeWriter, exchange: number, request: CopiedRequest): boolean {
  const length = REQUEST_HEADER + request.id.length + request.text.length;
  const at = tape.claimOpening(length);
  if (at < 0) return false;
  tape.view.setFloat64(at, request.receivedAt, true);
  tape.view.setUint32(at + 8, request.order, true);
  tape.view.setUint16(at + 12, request.route, true);
  tape.view.setUint16(at + 14, request.complete ? COMPLETE : 0, true);
  tape.view.setUint16(at + 16, request.id.length, true);
  tape.bytes.write(request.id, at + REQUEST_HEADER, 'latin1');
  tape.bytes.write(request.text, at + REQUEST_HEADER + request.id.length, 'latin1');
  tape.commit(COPY_FRAME.request, exchange, length);
  return true;
}

export function writeResponse(tape: TapeWriter, exchange: number, response: CopiedResponse): boolean {
  const length = RESPONSE_HEADER + response.reason.length + response.lines.length;
  const at = tape.claim(length);
  if (at < 0) return false;
  tape.view.setUint16(at, response.status, true);
  tape.view.setUint16(at + 2, response.reason.length, true);
  tape.bytes.write(response.reason, at + RESPONSE_HEADER, 'latin1');
  tape.bytes.write(response.lines, at + RESPONSE_HEADER + response.reason.length, 'latin1');
  tape.commit(COPY_FRAME.response, exchange, length);
  return true;
}

export function writeText(tape: TapeWriter, kind: number, exchange: number, text: string): boolean {
  const at = tape.claim(text.length);
  if (at < 0) return false;
  tape.bytes.write(text, at, 'latin1');
  tape.commit(kind, exchange, text.length);
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
  tape.view.setUint8(at + 26, end.paced ? 1 : 0);
  tape.commit(COPY_FRAME.end, exchange, END_LENGTH);
}

export function writeAbandon(tape: TapeWriter, exchange: number): void {
  tape.claimControl(0);
  tape.commit(COPY_FRAME.abandon, exchange, 0);
}

export function readRequest(bytes: Buffer, start: number, end: number): CopiedRequest {
  const idEnd = start + REQUEST_HEADER + bytes.readUInt16LE(start + 16);
  return {
    receivedAt: bytes.readDoubleLE(start),
    order: bytes.readUInt32LE(start + 8),
    route: bytes.readUInt16LE(start + 12),
    complete: (bytes.readUInt16LE(start + 14) & COMPLETE) !== 0,
    id: bytes.toString('latin1', start + REQUEST_HEADER, idEnd),
    text: bytes.toString('latin1', idEnd, end),
  };
}

export function readResponse(bytes: Buffer, start: number, end: number): CopiedResponse {
  const reasonEnd = start + RESPONSE_HEADER + bytes.readUInt16LE(start + 2);
  return {
    status: bytes.readUInt16LE(start),
    reason: bytes.toString('latin1', start + RESPONSE_HEADER, reasonEnd),
    lines: bytes.toString('latin1', reasonEnd, end),
  };
}

export function readEnd(bytes: Buffer, start: number): CopiedEnd {
  return {
    timing: {
      connect: bytes.readDoubleLE(start),
      firstByte: bytes.readDoubleLE(start + 8),
      lastByte: bytes.readDoubleLE(start + 16),
    },
    row: bytes.readUInt16LE(start + 24),
    paced: bytes[start + 26] === 1,
  };
}
