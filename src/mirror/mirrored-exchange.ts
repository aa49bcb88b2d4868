/**
 * One exchange as the mirror thread sees it: the request and the primary's answer come off the tape piece by piece,
 * the shadow's and the control's answers come from their legs. When all are there, or can't come, it is complete.
 */
import { parseFieldLines } from '../lib/field-lines.ts';
import type { CapturedExchange, CapturedLeg, CapturedResponse, Fields, LegTiming } from '../model/exchange.ts';
import type { SkipReason } from '../model/outcome.ts';
import type { CopiedEnd, CopiedRequest, CopiedResponse } from '../tape/copy-frames.ts';
import { type Deadline, NEVER } from '../wire/deadlines.ts';
import type { Answer, LegRequest, LegResult } from './leg.ts';

export class MirroredExchange implements Deadline {
  deadline = NEVER;
  readonly request: CopiedRequest;
  readonly #onExpired: (exchange: MirroredExchange) => void;
  #requestBody: Buffer[] = [];
  #requestTrailers: Fields = [];
  #response: CopiedResponse | undefined;
  #responseBody: Buffer[] = [];
  #responseTrailers: Fields = [];
  #bytes = 0;
  /** Why there is nothing to compare, once that is certain. */
  #skipped: SkipReason | undefined;
  end: CopiedEnd | undefined;
  /** In the ledgers: where it is counted. Known when it is complete. */
  row = -1;
  shadow: LegResult | undefined;
  control: LegResult | 'none' | undefined = 'none';

  constructor(request: CopiedRequest, onExpired: (exchange: MirroredExchange) => void) {
    this.request = request;
    this.#onExpired = onExpired;
  }

  get skipped(): SkipReason | undefined {
    return this.#skipped;
  }

  /** Bytes of bodies that are held for this exchange. */
  get bytes(): number {
    return this.#bytes;
  }

  get method(): string {
    return this.request.text.slice(0, this.request.text.indexOf(' '));
  }

  get target(): string {
    return this.request.text.split(' ', 2)[1]!;
  }

  /** What is held of it. */
  get requestBody(): readonly Buffer[] {
    return this.#requestBody;
  }

  /** Nothing will be compared: lets go of all that is held, and only awaits the end, to be counted. */
  skip(reason: SkipReason): void {
    this.#skipped ??= reason;
    this.#requestBody = [];
    this.#responseBody = [];
    this.#bytes = 0;
    this.deadline = NEVER;
  }

  addRequestBody(chunk: Buffer): void {
    this.#requestBody.push(chunk);
    this.#bytes += chunk.length;
  }

  endRequest(trailers: string): void {
    this.#requestTrailers = parseFieldLines(trailers);
  }

  setResponse(response: CopiedResponse): void {
    this.#response = response;
  }

  addResponseBody(chunk: Buffer): void {
    this.#responseBody.push(chunk);
    this.#bytes += chunk.length;
  }

  setResponseTrailers(trailers: string): void {
    this.#responseTrailers = parseFieldLines(trailers);
  }

  onDeadline(): void {
    this.#onExpired(this);
  }

  /** Whether all has come that will come. */
  get complete(): boolean {
    return (
      this.end !== undefined &&
      (this.#skipped !== undefined || (this.shadow !== undefined && this.control !== undefined))
    );
  }

  legRequest(text: string): LegRequest {
    return {
      method: this.method,
      text,
      chunked: !this.request.complete && /\r\ntransfer-encoding:/i.test(this.request.text),
      body: this.#requestBody,
      trailers: this.#requestTrailers,
    };
  }

  /** Only when complete; so is the answer, and that only when not skipped. */
  get primaryStatus(): number {
    return this.#response!.status;
  }

  get primaryAnswer(): Answer {
    return { ...this.#response!, body: this.#responseBody, trailers: this.#responseTrailers };
  }

  /** For the comparison. Only when complete, and not skipped. */
  capture(): CapturedExchange {
    const { text, id, receivedAt } = this.request;
    const lineEnd = text.indexOf('\r\n');
    const [method, target] = text.slice(0, lineEnd).split(' ') as [string, string];
    return {
      id,
      receivedAt,
      request: { method, target, fields: parseFieldLines(text, lineEnd + 2), body: Buffer.concat(this.#requestBody) },
      primary: capturedAnswer(this.primaryAnswer, this.end!.timing),
      shadow: capturedLeg(this.shadow!),
      ...(this.control === 'none' || this.control === undefined ? {} : { control: capturedLeg(this.control) }),
    };
  }
}

function capturedLeg(result: LegResult): CapturedLeg {
  return 'answer' in result ? capturedAnswer(result.answer, result.timing) : result;
}

function capturedAnswer(answer: Answer, timing: LegTiming): { response: CapturedResponse; timing: LegTiming } {
  const { status, reason, lines, body, trailers } = answer;
  return { response: { status, reason, fields: parseFieldLines(lines), body: Buffer.concat(body), trailers }, timing };
}
