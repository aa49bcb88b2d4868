/** What is specific to requests and to responses: their heads, their flaws and the lengths of their bodies. */
import type { Fields } from '../../model/exchange.ts';
import { contentLength, fieldList, lastCoding } from '../fields.ts';
import type { HeadLimits } from '../message.ts';
import * as llhttp from './llhttp.ts';
import type { BodyFraming, MessageError, MessageHandler, ParsedRequest, ParsedResponse } from './message.ts';
import { MessageParser } from './message-parser.ts';

const SPACE = 0x20;
const LETTER_H = 0x48;
/** RFC 9112, section 3: any method, known or not. */
const REQUEST_LINE = /^[\r\n]*[!#$%&'*+\-.^_`|~0-9A-Za-z]+ [!-~\x80-\xff]+ HTTP\/1\.[01]\r\n/;
/** RFC 9112, section 4. */
const REASON = /^[\t\x20-\x7E\x80-\xFF]*$/;
const INEXACT_LENGTH = 'the Content-Length is beyond 2^53, where readers no longer agree on it';

export class RequestParser extends MessageParser<ParsedRequest> {
  constructor(handler: MessageHandler<ParsedRequest>, limits: HeadLimits) {
    super(llhttp.REQUEST, handler, limits);
  }

  protected makeHead(target: string, fields: Fields, keepAlive: boolean, pointer: number): ParsedRequest {
    return {
      method: llhttp.method(pointer),
      target,
      fields,
      minorVersion: llhttp.minorVersion(pointer),
      keepAlive,
      upgrade: llhttp.upgrade(pointer),
      bodyLength: requestBodyFraming(fields),
    };
  }

  protected flaw(
    head: ParsedRequest,
    pointer: number,
    source: Buffer,
    startFrom: number,
    startTo: number,
  ): MessageError | undefined {
    if (source[startFrom - 2] === SPACE || source[startTo + 1] === SPACE)
      return malformed('more than one space in the request line');
    // llhttp speaks RTSP and ICE too, and reads HTTP/0.9 and HTTP/2.0 as if they had this grammar.
    if (source[startTo + 1] !== LETTER_H) return malformed('the protocol is not HTTP');
    if (llhttp.majorVersion(pointer) !== 1)
      return { kind: 'version', reason: 'the version is not HTTP/1.0 or HTTP/1.1' };
    if (typeof head.bodyLength === 'number' && head.bodyLength > Number.MAX_SAFE_INTEGER)
      return malformed(INEXACT_LENGTH);
    return undefined;
  }

  protected misread({ of, reason }: llhttp.Failure, read: Buffer): MessageError {
    if (of === 'version') return { kind: 'version', reason: 'the version is not HTTP/1.0 or HTTP/1.1' };
    if (of === 'method' && REQUEST_LINE.test(read.toString('latin1')))
      return { kind: 'method', reason: 'the method is not known here' };
    return malformed(reason);
  }

  // Empty lines before a request are ignored (RFC 9112, section 2.2); llhttp checks everything else.
  protected beginsWith(): boolean {
    return true;
  }

  protected leavesOutBody(): boolean {
    return false;
  }
}

export class ResponseParser extends MessageParser<ParsedResponse> {
  /** The method of the request that the next response answers: a response to HEAD has no body. */
  answersTo = 'GET';

  constructor(handler: MessageHandler<ParsedResponse>, limits: HeadLimits) {
    super(llhttp.RESPONSE, handler, limits);
  }

  protected makeHead(reason: string, fields: Fields, keepAlive: boolean, pointer: number): ParsedResponse {
    const status = llhttp.statusCode(pointer);
    return {
      status,
      reason,
      fields,
      minorVersion: llhttp.minorVersion(pointer),
      keepAlive,
      upgrade: status === 101,
      bodyLength:
        this.answersTo === 'HEAD' || status < 200 || status === 204 || status === 304 ? 0 : responseBodyFraming(fields),
    };
  }

  protected flaw(head: ParsedResponse, pointer: number): MessageError | undefined {
    if (llhttp.majorVersion(pointer) !== 1)
      return { kind: 'version', reason: 'the version is not HTTP/1.0 or HTTP/1.1' };
    if (head.status < 100) return malformed(`${head.status} is not a status code`);
    if (!REASON.test(head.reason)) return malformed('there are control characters in the reason phrase');
    if (typeof head.bodyLength === 'number')
      return head.bodyLength > Number.MAX_SAFE_INTEGER ? malformed(INEXACT_LENGTH) : undefined;
    // Any other coding would be lost when this hop's Transfer-Encoding field is removed.
    const codings = fieldList(head.fields, 'transfer-encoding');
    return codings === undefined || codings.toLowerCase() === 'chunked'
      ? undefined
      : malformed('the transfer coding is not just chunked');
  }

  protected misread({ reason }: llhttp.Failure): MessageError {
    return malformed(reason);
  }

  protected beginsWith(byte: number): boolean {
    return byte === LETTER_H;
  }

  protected leavesOutBody(head: ParsedResponse): boolean {
    return this.answersTo === 'HEAD' && head.status >= 200;
  }
}

function malformed(reason: string): MessageError {
  return { kind: 'malformed', reason };
}

/** RFC 9112, section 6.3. llhttp has refused everything ambiguous. */
function requestBodyFraming(fields: Fields): BodyFraming {
  return lastCoding(fields) === undefined ? (contentLength(fields) ?? 0) : 'chunked';
}

function responseBodyFraming(fields: Fields): BodyFraming {
  const coding = lastCoding(fields);
  if (coding !== undefined) return coding === 'chunked' ? 'chunked' : 'close';
  return contentLength(fields) ?? 'close';
}
