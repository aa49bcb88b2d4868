/**
 * The one instance of llhttp on this thread: the parser that Node itself uses, as WebAssembly from the undici package.
 *
 * All parsers of a thread share its memory and one scratch area. A call of `execute` copies the input there and runs.
 * It is never re-entered: the callbacks below only note positions in the message, and the caller acts on them after the
 * run. So code that handles one parser's message may feed another parser.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export const REQUEST = 1;
export const RESPONSE = 2;
export type MessageType = typeof REQUEST | typeof RESPONSE;

const INVALID_METHOD = 6;
const PAUSED = 21;
const PAUSED_UPGRADE = 22;
/** llhttp's error for a version that is well-formed but unsupported. */
const UNREAD_VERSION = 'Invalid HTTP version';

/** Receives where the parts of a message lie: offsets into the input of `execute`, plus its `before`. */
export interface Spans {
  onTarget(at: number, length: number): void;
  onReason(at: number, length: number): void;
  onName(at: number, length: number): void;
  onValue(at: number, length: number): void;
  /** True when the body is to be left out, whatever the head says: a response to HEAD. */
  onHeadEnd(keepAlive: boolean): boolean;
  onBody(at: number, length: number): void;
  onMessageEnd(): void;
}

/** The part of the WebAssembly API that is used here; Node's types lack it. */
declare const WebAssembly: {
  Module: new (code: Buffer) => object;
  Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

interface Exports {
  memory: { readonly buffer: ArrayBuffer };
  _initialize(): void;
  malloc(size: number): number;
  free(pointer: number): void;
  llhttp_alloc(type: number): number;
  llhttp_free(parser: number): void;
  llhttp_reset(parser: number): void;
  llhttp_set_lenient_spaces_after_chunk_size(parser: number, enabled: 0 | 1): void;
  llhttp_execute(parser: number, data: number, length: number): number;
  llhttp_finish(parser: number): number;
  llhttp_get_error_pos(parser: number): number;
  llhttp_get_error_reason(parser: number): number;
  llhttp_errno_name(code: number): number;
  llhttp_get_method(parser: number): number;
  llhttp_method_name(method: number): number;
  llhttp_get_status_code(parser: number): number;
  llhttp_get_http_major(parser: number): number;
  llhttp_get_http_minor(parser: number): number;
  llhttp_get_upgrade(parser: number): number;
}

let running: Spans | undefined;
/** The address that offset 0 of the current message has, or would have if its beginning were still in memory. */
let origin = 0;
let scratch = 0;
let scratchSize = 0;
let memory = Buffer.alloc(0);

const llhttp = instantiate();
const methodNames = new Map<number, string>();

function instantiate(): Exports {
  const code = require('undici/lib/llhttp/llhttp_simd-wasm.js') as Buffer;
  const note =
    (method: 'onTarget' | 'onReason' | 'onName' | 'onValue' | 'onBody') => (_: number, at: number, length: number) => {
      running![method](at - origin, length);
      return 0;
    };
  const instance = new WebAssembly.Instance(new WebAssembly.Module(code), {
    env: {
      wasm_on_message_begin: () => 0,
      wasm_on_url: note('onTarget'),
      wasm_on_status: note('onReason'),
      wasm_on_header_field: note('onName'),
      wasm_on_header_value: note('onValue'),
      wasm_on_headers_complete: (_: number, _status: number, _upgrade: number, keepAlive: number) =>
        running!.onHeadEnd(keepAlive !== 0) ? 1 : 0,
      wasm_on_body: note('onBody'),
      wasm_on_message_complete: () => {
        running!.onMessageEnd();
        return PAUSED;
      },
    },
  });
  const exports = instance.exports as Exports;
  exports._initialize();
  return exports;
}

/** Makes room for `size` bytes in the scratch area. */
function reserve(size: number): void {
  if (size > scratchSize) {
    if (scratchSize > 0) llhttp.free(scratch);
    scratchSize = Math.max(size, 128 * 1024);
    scratch = llhttp.malloc(scratchSize);
  }
  if (memory.buffer !== llhttp.memory.buffer) memory = Buffer.from(llhttp.memory.buffer);
}

export function allocate(type: MessageType): number {
  return llhttp.llhttp_alloc(type);
}

export function release(parser: number): void {
  llhttp.llhttp_free(parser);
}

/** Prepares the parser for a new message, whatever came before. */
export function reset(parser: number): void {
  llhttp.llhttp_reset(parser);
}

/** From now on white space behind the size of a chunk is ignored. */
export function allowChunkPadding(parser: number): void {
  llhttp.llhttp_set_lenient_spaces_after_chunk_size(parser, 1);
}

export interface Failure {
  /** `method`, `version`: llhttp does not know it. */
  readonly of: 'method' | 'version' | 'grammar';
  readonly reason: string;
}

/** An error of the last run, kept apart so that the usual run allocates nothing. */
let failure: Failure = { of: 'grammar', reason: '' };
export const lastFailure = (): Failure => failure;

/**
 * Runs the parser over `input` from `from` to `to`. Stops after the end of a message. `before`: the bytes of the
 * message that earlier runs have seen; they are added to the offsets. Returns how many bytes were taken, or -1 after an
 * error (see `lastFailure`).
 */
export function execute(parser: number, spans: Spans, before: number, input: Buffer, from: number, to: number): number {
  const length = to - from;
  reserve(length);
  memory.set(from === 0 && to === input.length ? input : input.subarray(from, to), scratch);
  running = spans;
  origin = scratch - before;
  const code = llhttp.llhttp_execute(parser, scratch, length);
  running = undefined;
  if (code === 0) return length;
  if (code === PAUSED || code === PAUSED_UPGRADE) return llhttp.llhttp_get_error_pos(parser) - scratch;
  failure = describe(parser, code);
  return -1;
}

/** Tells the parser that no more input will come. False when a message is incomplete. */
export function finish(parser: number, spans: Spans): boolean {
  reserve(1);
  running = spans;
  const code = llhttp.llhttp_finish(parser);
  running = undefined;
  if (code === 0 || code === PAUSED) return true;
  failure = describe(parser, code);
  return false;
}

function describe(parser: number, code: number): Failure {
  const reason = text(llhttp.llhttp_get_error_reason(parser)) || text(llhttp.llhttp_errno_name(code));
  if (code === INVALID_METHOD) return { of: 'method', reason };
  return { of: reason === UNREAD_VERSION ? 'version' : 'grammar', reason };
}

function text(pointer: number): string {
  if (pointer === 0) return '';
  reserve(1);
  return memory.toString('latin1', pointer, memory.indexOf(0, pointer));
}

export function method(parser: number): string {
  const number = llhttp.llhttp_get_method(parser);
  let name = methodNames.get(number);
  if (name === undefined) {
    name = text(llhttp.llhttp_method_name(number));
    methodNames.set(number, name);
  }
  return name;
}

export const statusCode = (parser: number): number => llhttp.llhttp_get_status_code(parser);
export const majorVersion = (parser: number): number => llhttp.llhttp_get_http_major(parser);
export const minorVersion = (parser: number): number => llhttp.llhttp_get_http_minor(parser);
export const upgrade = (parser: number): boolean => llhttp.llhttp_get_upgrade(parser) !== 0;
