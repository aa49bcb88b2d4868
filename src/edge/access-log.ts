/**
 * One line for each request, with or without a response, in Apache's Common or Combined format or as JSON. Text from
 * clients is escaped, so that it can't end a line, forge another, or control a terminal.
 */
import type { Config } from '../config/types.ts';
import type { LogRedaction } from '../findings/log-redaction.ts';
import type { Clock } from '../lib/clock.ts';
import { DEFAULT_SERVICE } from '../model/service.ts';
import { fieldValue } from '../wire/fields.ts';
import type { ReceivedHead } from './request-head.ts';

export type AccessFormat = Exclude<Config['log']['access']['format'], 'off'>;

/** Takes lines without ever waiting. */
export interface LineSink {
  write(line: string): unknown;
}

export interface AccessLogOptions {
  readonly format: AccessFormat;
  /** The share of requests that are logged. */
  readonly sample: number;
  /** How text from clients is redacted. */
  readonly redaction: LogRedaction;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly sink: LineSink;
}

/** Why a client did not get all of its response. */
export type Cut = 'client_aborted' | 'primary_failed' | 'candidate_failed' | 'arm_failed';

/** The request that a line is about. */
export interface AccessRequest {
  readonly address: string;
  /** Undefined where the head could not be read. */
  readonly head: Pick<ReceivedHead, 'method' | 'writtenTarget' | 'version' | 'fields'> | undefined;
  readonly requestId: string;
  /** Absent, or default: the one service of a configuration that names none. */
  readonly service?: string;
  readonly route: string;
  /** Present where a rollout let the shadow serve, or the target of an experiment's arm did. */
  readonly servedBy?: 'shadow' | 'arm' | undefined;
}

export class AccessLog {
  readonly #options: AccessLogOptions;

  constructor(options: AccessLogOptions) {
    this.#options = options;
  }

  /** The line of a request that begins now; undefined where it is not in the sample. */
  begin(): AccessLine | undefined {
    return this.#options.random() < this.#options.sample ? new AccessLine(this, this.#options.clock) : undefined;
  }

  /** `status`: 0 where the client got no response. `cut`: why the response is missing or incomplete. */
  write(request: AccessRequest, line: AccessLine, status: number, cut: Cut | undefined): void {
    const { format, clock, sink, redaction } = this.#options;
    const { head } = request;
    const said = {
      target: head === undefined ? '' : redaction.target(head.writtenTarget),
      referer: shown(head, 'referer', redaction),
      userAgent: shown(head, 'user-agent', redaction),
    };
    const duration = clock.monotonic() - line.begun;
    sink.write(`${FORMATS[format]({ ...request, ...said, status, cut, bytes: line.bytes, at: line.at, duration })}\n`);
  }
}

function shown(head: AccessRequest['head'], name: string, redaction: LogRedaction): string | undefined {
  const value = head && fieldValue(head.fields, name);
  return value === undefined ? undefined : redaction.header(name, value);
}

/** What is noted of a request while it is under way. */
export class AccessLine {
  readonly #log: AccessLog;
  readonly at: number;
  readonly begun: number;
  /** Bytes of the response's body, before it is framed for the client. */
  bytes = 0;

  constructor(log: AccessLog, clock: Clock) {
    this.#log = log;
    this.at = clock.wall();
    this.begun = clock.monotonic();
  }

  end(request: AccessRequest, status: number, cut?: Cut): void {
    this.#log.write(request, this, status, cut);
  }
}

interface AccessFacts extends AccessRequest {
  readonly target: string;
  readonly referer: string | undefined;
  readonly userAgent: string | undefined;
  readonly status: number;
  readonly cut: Cut | undefined;
  readonly bytes: number;
  /** When the request's head was complete, in milliseconds since 1970. */
  readonly at: number;
  /** From then to the end of the response, in milliseconds. */
  readonly duration: number;
}

const FORMATS: Record<AccessFormat, (facts: AccessFacts) => string> = { json, common, combined };

function json(facts: AccessFacts): string {
  const { address, head, target, referer, userAgent, requestId, service, route, servedBy } = facts;
  const { status, cut, bytes, at, duration } = facts;
  const text = JSON.stringify({
    time: new Date(at).toISOString(),
    client: address,
    ...(head && { method: head.method, target, protocol: protocolOf(head), host: fieldValue(head.fields, 'host') }),
    status: status === 0 ? null : status,
    cut,
    bytes,
    duration: Math.round(duration * 1000) / 1e6,
    service: service === DEFAULT_SERVICE ? undefined : service,
    route,
    servedBy,
    requestId,
    ...(head && { referer, userAgent }),
  });
  // JSON does not escape these, and some of them control terminals.
  return text.replace(/[\x7f-\xff]/g, (character) => `\\u${hex(character, 4)}`);
}

/**
 * https://httpd.apache.org/docs/current/logs.html#common. The second word is the client's name by RFC 1413, which no
 * server fills in any more. Here it holds what the format has no place for; log readers accept the line anyway.
 */
function common({ address, head, target, servedBy, status, cut, bytes, at }: AccessFacts): string {
  const request = quoted(head && `${head.method} ${target} ${protocolOf(head)}`);
  const word = [servedBy, cut].filter((each) => each !== undefined).join(',') || '-';
  return `${address} ${word} - [${commonTime(at)}] ${request} ${status || '-'} ${bytes || '-'}`;
}

function combined(facts: AccessFacts): string {
  return `${common(facts)} ${quoted(facts.referer)} ${quoted(facts.userAgent)}`;
}

function protocolOf({ version }: Pick<ReceivedHead, 'version'>): string {
  return `HTTP/${version}`;
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
