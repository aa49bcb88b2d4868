/**
 * A line for each request that was answered, or that ended without an answer, in the form of Apache's Common and
 * Combined logs or as JSON. What clients sent is escaped, so that it can't end a line, forge another, or steer a
 * terminal.
 */
import type { Config } from '../config/types.ts';
import type { Clock } from '../lib/clock.ts';
import { fieldValue } from '../wire/fields.ts';
import type { ParsedRequest } from '../wire/message.ts';

export type AccessFormat = Exclude<Config['log']['access']['format'], 'off'>;

/** Takes lines without ever waiting. */
export interface LineSink {
  write(line: string): unknown;
}

export interface AccessLogOptions {
  readonly format: AccessFormat;
  /** The share of requests that are logged. */
  readonly sample: number;
  /** Query parameters whose values are not shown. */
  readonly redactedQuery: readonly string[];
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly sink: LineSink;
}

/** The request that a line is about. */
export interface AccessRequest {
  readonly address: string;
  /** Undefined where none could be read. */
  readonly head: Pick<ParsedRequest, 'method' | 'target' | 'minorVersion' | 'fields'> | undefined;
  readonly requestId: string;
  readonly route: string;
}

export class AccessLog {
  readonly #options: AccessLogOptions;
  readonly #redacted: ReadonlySet<string>;

  constructor(options: AccessLogOptions) {
    this.#options = options;
    this.#redacted = new Set(options.redactedQuery);
  }

  /** The line of a request that begins now; undefined where it is not in the sample. */
  begin(): AccessLine | undefined {
    return this.#options.random() < this.#options.sample ? new AccessLine(this, this.#options.clock) : undefined;
  }

  /** `status`: 0 where the client got no answer. */
  write(request: AccessRequest, line: AccessLine, status: number): void {
    const { format, clock, sink } = this.#options;
    const target = request.head === undefined ? '' : this.#shown(request.head.target);
    const duration = clock.monotonic() - line.begun;
    sink.write(`${FORMATS[format]({ ...request, target, status, bytes: line.bytes, at: line.at, duration })}\n`);
  }

  #shown(target: string): string {
    const at = target.indexOf('?') + 1;
    if (at === 0 || this.#redacted.size === 0) return target;
    const parameters = target.slice(at).split('&');
    return target.slice(0, at) + parameters.map((parameter) => this.#shownParameter(parameter)).join('&');
  }

  #shownParameter(parameter: string): string {
    const [[name = ''] = []] = new URLSearchParams(parameter);
    return this.#redacted.has(name) ? `${parameter.split('=', 1)[0]}=[redacted]` : parameter;
  }
}

/** What is noted of a request while it is under way. */
export class AccessLine {
  readonly #log: AccessLog;
  readonly at: number;
  readonly begun: number;
  /** Of the answer's body, before it is framed for the client. */
  bytes = 0;

  constructor(log: AccessLog, clock: Clock) {
    this.#log = log;
    this.at = clock.wall();
    this.begun = clock.monotonic();
  }

  end(request: AccessRequest, status: number): void {
    this.#log.write(request, this, status);
  }
}

interface AccessFacts extends AccessRequest {
  readonly target: string;
  readonly status: number;
  readonly bytes: number;
  /** When the head of the request was complete, in milliseconds since 1970. */
  readonly at: number;
  /** From then to the end of the answer, in milliseconds. */
  readonly duration: number;
}

const FORMATS: Record<AccessFormat, (facts: AccessFacts) => string> = { json, common, combined };

function json({ address, head, target, requestId, route, status, bytes, at, duration }: AccessFacts): string {
  const text = JSON.stringify({
    time: new Date(at).toISOString(),
    client: address,
    ...(head && { method: head.method, target, protocol: protocolOf(head), host: fieldValue(head.fields, 'host') }),
    status: status === 0 ? null : status,
    bytes,
    duration: Math.round(duration * 1000) / 1e6,
    route,
    requestId,
    ...(head && { referer: fieldValue(head.fields, 'referer'), userAgent: fieldValue(head.fields, 'user-agent') }),
  });
  // JSON leaves these as they are, and some of them steer terminals.
  return text.replace(/[\x7f-\xff]/g, (character) => `\\u${hex(character, 4)}`);
}

/** https://httpd.apache.org/docs/current/logs.html#common */
function common({ address, head, target, status, bytes, at }: AccessFacts): string {
  const request = quoted(head && `${head.method} ${target} ${protocolOf(head)}`);
  return `${address} - - [${commonTime(at)}] ${request} ${status || '-'} ${bytes || '-'}`;
}

function combined(facts: AccessFacts): string {
  const fields = facts.head?.fields ?? [];
  return `${common(facts)} ${quoted(fieldValue(fields, 'referer'))} ${quoted(fieldValue(fields, 'user-agent'))}`;
}

function protocolOf({ minorVersion }: Pick<ParsedRequest, 'minorVersion'>): string {
  return `HTTP/1.${minorVersion}`;
}

function quoted(text = '-'): string {
  const escaped = text.replace(/[^\x20-\x7e]|["\\]/g, (character) =>
    character === '"' || character === '\\' ? `\\${character}` : `\\x${hex(character, 2)}`,
  );
  return `"${escaped}"`;
}

function hex(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).padStart(digits, '0');
}

/** `22/Nov/2026:03:58:17 +0000` */
function commonTime(at: number): string {
  const [, day, month, year, time] = new Date(at).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
