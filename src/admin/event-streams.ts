import type { ServerResponse } from 'node:http';
import type { Every } from '../lib/schedule.ts';
import type { Attachable } from './endpoint.ts';

/** What pages are told of, each by its event's name. An event is sent when its data has changed. */
export type Sights = Readonly<Record<string, unknown>>;

export interface EventStreamsOptions {
  /** The present state. Called once a second while a stream is open, and never otherwise. */
  readonly look: () => Sights;
  /** The data of the first event, `hello`. */
  readonly hello: () => unknown;
  readonly every: Every;
}

const MOST_STREAMS = 32;
const SECOND = 1_000;
/** Seconds between two comments, which tell a proxy in between that the stream is alive. */
const HEARTBEAT = 15;
/** Bytes that a reader may leave unread. */
const MOST_UNREAD = 64 * 1024;

/** Streams of server-sent events: what changed, so that a page knows when to ask again. */
export class EventStreams {
  readonly #options: EventStreamsOptions;
  /** With whether their readers are still let in. */
  readonly #streams = new Map<ServerResponse, () => boolean>();
  #sent = new Map<string, string>();
  /** How often each was told of. */
  readonly #told = new Map<string, number>();
  #stop: (() => void) | undefined;
  #ticks = 0;

  constructor(options: EventStreamsOptions) {
    this.#options = options;
  }

  get isFull(): boolean {
    return this.#streams.size >= MOST_STREAMS;
  }

  /** A stream that goes on until the client leaves, reads too slowly, or is no longer let in. */
  while(isAdmitted: () => boolean): Attachable {
    return { attach: (response) => this.#attach(response, isAdmitted) };
  }

  #attach(response: ServerResponse, isAdmitted: () => boolean): void {
    response.on('close', () => this.#detach(response));
    this.#streams.set(response, isAdmitted);
    if (this.#stop === undefined) {
      this.#changes();
      this.#stop = this.#options.every(SECOND, () => this.#tick());
    }
    this.#write(response, `retry: 2000\n${eventOf('hello', JSON.stringify(this.#options.hello()))}`);
  }

  /** Sends an event of this name: what it is about has changed, and is no sight. */
  tell(name: string): void {
    this.#told.set(name, (this.#told.get(name) ?? 0) + 1);
  }

  close(): void {
    for (const response of this.#streams.keys()) response.end();
  }

  /** Nothing may be written to it from now on, although it is closed a moment later. */
  #end(response: ServerResponse): void {
    this.#detach(response);
    response.end();
  }

  #detach(response: ServerResponse): void {
    this.#streams.delete(response);
    if (this.#streams.size > 0) return;
    this.#stop?.();
    this.#stop = undefined;
  }

  #tick(): void {
    this.#ticks++;
    for (const [response, isAdmitted] of this.#streams) if (!isAdmitted()) this.#end(response);
    const text = this.#changes() + (this.#ticks % HEARTBEAT === 0 ? ':\n\n' : '');
    if (text !== '') for (const response of this.#streams.keys()) this.#write(response, text);
  }

  /** As text, since the last call. */
  #changes(): string {
    const told = [...this.#told].map(([name, changes]) => [name, { changes }] as const);
    const seen = [...Object.entries(this.#options.look()), ...told];
    const now = new Map(seen.map(([name, data]) => [name, JSON.stringify(data)]));
    const changed = [...now].filter(([name, data]) => this.#sent.get(name) !== data);
    this.#sent = now;
    return changed.map(([name, data]) => eventOf(name, data)).join('');
  }

  #write(response: ServerResponse, text: string): void {
    if (response.writableLength > MOST_UNREAD) response.destroy();
    else response.write(text);
  }
}

function eventOf(name: string, data: string): string {
  return `event: ${name}\ndata: ${data}\n\n`;
}
