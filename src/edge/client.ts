import type { Fields } from '../model/exchange.ts';
import type { Sender } from './forwarding.ts';
import type { TunnelEnd } from './http1/upgrade.ts';

/** The client's connection, as an exchange sees it. */
export interface Client {
  /** Unique among the connections of its edge thread, for a long time. */
  readonly number: number;
  readonly address: string;
  readonly sender: Sender;
  readonly scheme: 'http' | 'https';
  /** Whether the connection may carry another exchange after this one. */
  readonly reusable: boolean;
  writeHead(text: string, body: 'plain' | 'chunked'): void;
  writeBody(chunk: Buffer): void;
  writeEnd(trailers: Fields): void;
  /** Sends what was written. False when the client takes no more until `Exchange.onClientDrain`. */
  flush(): boolean;
  pauseRequest(): void;
  resumeRequest(): void;
  /** The exchange is over, and its answer written. */
  onExchangeOver(next: 'keep_alive' | 'close' | 'reset'): void;
  /** The exchange is over, and the connection now speaks another protocol with the target. */
  onUpgrade(target: TunnelEnd): void;
}
