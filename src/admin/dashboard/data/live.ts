/**
 * Keeps what is shown up to date. The server says by a stream when results were written, or the mirror or the
 * configuration changed. Where there is no stream (too many are open, or a proxy in between holds it back), the page
 * asks at intervals. A page that nobody looks at asks for nothing. One whose session has ended shows nothing of it any
 * more, and asks whether the reader has logged in, which may be done in another window.
 */
import type { SessionAnswer } from './answers.ts';
import { read, SESSION } from './api.ts';
import { type Connection, connection } from './connection.ts';
import { Observable } from './observable.ts';
import { followShown, forgetAll, refreshShown } from './resources.ts';

export type LiveState = 'streaming' | 'polling' | 'paused';

const STREAM = '/api/v1/stream';
const CHANGES = ['results', 'mirror', 'config', 'marks', 'rehearsals', 'rollout', 'state'];
/** Results are written each second: reading them less often is enough, and cheaper. */
const LEAST_PAUSE = 2_000;
const POLL = 5_000;
/** What no stream tells of, such as the lag of the threads, is read at this interval. */
const REST = 15_000;
/** How long until a stream that could not be had is tried again. */
const AGAIN = 30_000;
/** How often a server that is away is asked whether it is back. */
const AWAY = 2_000;

export const live = new Observable<LiveState>('polling');
/** The server is of another version than when this page was loaded: its answers may not be what the page expects. */
export const outdated = new Observable(false);

let version: string | undefined;

let stream: EventSource | undefined;
/** Moments are those of `performance.now()`: the clock of the day may be set while the page is open. */
let lastRefresh = -LEAST_PAUSE;
let next: { readonly timer: ReturnType<typeof setTimeout>; readonly due: number } | undefined;

export function startLive(): void {
  document.addEventListener('visibilitychange', () => (document.hidden ? pause() : resume()));
  connection.watch(() => onConnection(connection.value));
  if (!document.hidden) open();
}

function onConnection({ state }: Connection): void {
  if (state === 'unauthorized') {
    shut();
    forgetAll();
  }
  if (state === 'unauthorized' || state === 'away') refreshIn(AWAY);
}

/** For a reader who comes back. */
function resume(): void {
  if (connection.value.state === 'unauthorized') refreshIn(0);
  else {
    refreshShown();
    if (stream === undefined || stream.readyState === EventSource.CLOSED) open();
  }
}

/** The reader has logged in. */
export function enter(): void {
  connection.answered();
  if (!document.hidden) resume();
}

function pause(): void {
  shut();
  live.value = 'paused';
}

function shut(): void {
  stream?.close();
  stream = undefined;
}

function open(): void {
  live.value = 'polling';
  const opened = new EventSource(STREAM);
  stream = opened;
  refreshIn(POLL);
  opened.addEventListener('open', () => {
    live.value = 'streaming';
    // Something may have happened while there was no stream.
    refreshIn(0);
  });
  opened.addEventListener('hello', ({ data }) => greet(data));
  for (const change of CHANGES) opened.addEventListener(change, () => refreshIn(0));
  opened.addEventListener('error', () => {
    if (stream !== opened) return;
    live.value = 'polling';
    refreshIn(AWAY);
    // The browser connects again by itself after a loss, but not after a refusal.
    if (opened.readyState === EventSource.CLOSED) setTimeout(() => stream === opened && reopen(), AGAIN);
  });
}

function greet(data: string): void {
  const { version: present } = JSON.parse(data);
  outdated.value ||= version !== undefined && present !== version;
  version ??= present;
}

function reopen(): void {
  shut();
  if (!document.hidden && connection.value.state !== 'unauthorized') open();
}

/** Of several refreshes the earliest is made, and no two close together. */
function refreshIn(pause: number): void {
  if (document.hidden) return;
  const due = Math.max(performance.now() + pause, lastRefresh + LEAST_PAUSE);
  if (next !== undefined && next.due <= due) return;
  clearTimeout(next?.timer);
  next = { timer: setTimeout(refreshNow, due - performance.now()), due };
}

function refreshNow(): void {
  clearTimeout(next?.timer);
  next = undefined;
  lastRefresh = performance.now();
  if (connection.value.state === 'unauthorized') return void askForSession();
  followShown();
  refreshIn(live.value === 'polling' ? POLL : REST);
}

async function askForSession(): Promise<void> {
  const session = (await read(SESSION).catch(() => undefined)) as SessionAnswer | undefined;
  if (connection.value.state !== 'unauthorized') return;
  if (session?.authenticated) enter();
  else refreshIn(AWAY);
}
