/** Writes the responses of one connection, each framed according to its request and its length. */
import type { Socket } from 'node:net';
import type { Fields, ResponseHead } from '../../model/exchange.ts';
import { MessageWriter } from '../../wire/http1/writer.ts';
import type { IncomingResponse } from '../../wire/message.ts';
import type { EdgeContext } from '../context.ts';
import type { LocalReply } from '../local-replies.ts';
import { type ClientFraming, clientFraming, headText, PLAIN, PLAIN_CLOSE, responseText } from './framing.ts';
import { localReplyText } from './local-reply-text.ts';

export class ResponseWriter {
  readonly #context: EdgeContext;
  readonly #writer: MessageWriter;
  #framing: ClientFraming = PLAIN;
  /** The method of the request that is answered. */
  #method = '';
  #minorVersion = 1;

  constructor(context: EdgeContext, socket: Socket) {
    this.#context = context;
    this.#writer = new MessageWriter(socket);
  }

  /**
   * Describes the request that the next response answers. `method`: empty where it could not be read. `minorVersion`: 0
   * or 1.
   */
  answers(method: string, minorVersion: number): void {
    this.#method = method;
    this.#minorVersion = minorVersion;
  }

  /** Whether the response that was begun lets the connection carry another one. */
  get keepsConnection(): boolean {
    return this.#framing.connection !== 'close';
  }

  interim({ status, reason, fields }: Pick<ResponseHead, 'status' | 'reason' | 'fields'>): void {
    this.#writer.head(`${headText(status, reason, fields)}\r\n`, 'plain');
  }

  /** `keepAlive`: whether client and proxy are willing to keep the connection. */
  begin(head: IncomingResponse, fields: Fields, keepAlive: boolean): void {
    // After a 101 the data is in another protocol.
    this.#framing = head.status === 101 ? PLAIN : clientFraming(this.#minorVersion, head.bodyLength, keepAlive);
    this.#writer.head(responseText(head, fields, this.#framing, this.#context), this.#framing.body);
  }

  body(chunk: Buffer): void {
    this.#writer.body(chunk);
  }

  end(trailers: Fields): void {
    this.#writer.end(trailers);
  }

  /** Returns the bytes of its body. */
  reply(reply: LocalReply, requestId: string, keepAlive: boolean): number {
    this.#framing = keepAlive && this.#minorVersion === 1 ? PLAIN : PLAIN_CLOSE;
    const text = localReplyText(reply, {
      requestId,
      body: this.#method === 'HEAD' ? 'left_out' : 'sent',
      connection: this.keepsConnection ? 'keep_alive' : 'close',
      now: this.#context.clock.wall(),
    });
    this.#writer.head(text, 'plain');
    return text.length - text.indexOf('\r\n\r\n') - 4;
  }

  /** Sends what was written. False when the client takes no more until it drains. */
  flush(): boolean {
    return this.#writer.flush();
  }

  /** Sends it at once: for when other code is to write to the connection, or to end it. */
  flushNow(): void {
    this.#writer.flushNow();
  }
}
