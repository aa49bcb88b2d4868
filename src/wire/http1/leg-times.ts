import type { LegTiming } from '../../model/exchange.ts';

/** When what happened on a connection to a target: monotonic, in milliseconds; 0 where it has not happened yet. */
export class LegTimes {
  readonly connectStarted: number;
  connected = 0;
  /** These are of the present exchange. `sent`: the whole request. */
  sent = 0;
  firstByte = 0;
  lastByte = 0;
  exchanges = 0;

  constructor(now: number) {
    this.connectStarted = now;
  }

  /** The next exchange begins. */
  begin(): void {
    this.exchanges++;
    this.sent = 0;
    this.firstByte = 0;
    this.lastByte = 0;
  }

  /** Only valid once the response is complete. */
  get timing(): LegTiming {
    return {
      connect: this.exchanges === 1 ? this.connected - this.connectStarted : 0,
      firstByte: this.sent === 0 ? 0 : Math.max(this.firstByte - this.sent, 0),
      lastByte: this.sent === 0 ? 0 : Math.max(this.lastByte - this.sent, 0),
    };
  }

  /** For how long the target has been waited for; 0 while it is the request that is waited for. */
  waited(now: number): number {
    const since = this.connected === 0 ? this.connectStarted : this.sent;
    return since === 0 ? 0 : now - since;
  }
}
