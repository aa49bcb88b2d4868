/** What keeps the mirror from its work. */
import { plural, share } from '../../../lib/figures.ts';
import { DEFAULT_SERVICE } from '../../../model/service.ts';
import type { MirrorState, PauseState, ProcessState, TargetHealth } from '../../dependencies.ts';

/** For so many milliseconds a loss is a trouble of the present: as long as the alerts of Prometheus fire. */
const RECENT = 15 * 60_000;
/** So much of the copies may be lost before it is a trouble: the verdict's own limit is of this size. */
const LOST = 0.01;

export interface Trouble {
  /** A sentence. */
  readonly what: string;
  /** What is known of its cause, and what helps; may be long. */
  readonly why?: string;
  /** When it began, in milliseconds since 1970; absent: that is not known. */
  readonly since?: number;
  /** It is over: when it was noticed last. */
  readonly until?: number;
}

export interface Watched {
  readonly mirror: MirrorState;
  readonly process: Pick<ProcessState, 'ready' | 'recorder' | 'reading' | 'threads' | 'configLastError'>;
  readonly breakers: readonly Breaker[];
  /** The share of a rehearsal's copies that was lost, by service, as far as it is known. */
  readonly losses?: readonly Losses[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface Losses {
  readonly service: string;
  readonly shed: number;
}

export interface Breaker {
  readonly service: string;
  readonly role: TargetHealth['role'];
  readonly state: NonNullable<TargetHealth['breaker']>;
}

/** Those of the present, the gravest first, then what is over; empty where all is and was well. */
export function troublesOf(watched: Watched): readonly Trouble[] {
  const all = allOf(watched);
  return [...all.filter(isPresent), ...all.filter((trouble) => !isPresent(trouble))];
}

export function isPresent({ until }: Trouble): boolean {
  return until === undefined;
}

function allOf({ mirror, process, breakers, losses = [], now }: Watched): readonly Trouble[] {
  return [
    ...(mirror.enabled ? [] : [{ what: 'The mirror is switched off: nothing is copied.' }]),
    ...mirror.paused.map(pauseInWords),
    ...processTroubles(process, now),
    ...breakers.flatMap(breakerTrouble),
    ...losses.flatMap(lossesTrouble),
  ];
}

function processTroubles(
  { ready, recorder, reading, threads, configLastError }: Watched['process'],
  now: number,
): readonly Trouble[] {
  return [
    ...ready.reasons.map((reason) => ({ what: `Not ready: ${reason}.` })),
    ...threads.filter(({ status }) => status !== 'running').map(threadTrouble),
    ...recorderTroubles(recorder, now),
    ...readingTrouble(reading),
    ...(configLastError === undefined
      ? []
      : [{ what: 'The newest configuration does not work; the one before is in force.', why: configLastError }]),
  ];
}

function threadTrouble({ name, status, lastDeath }: ProcessState['threads'][number]): Trouble {
  if (status !== 'failing') return { what: `Thread ${name} is ${status}.` };
  return { what: `Thread ${name} dies again and again.`, ...(lastDeath !== undefined && { why: lastDeath }) };
}

function recorderTroubles(recorder: ProcessState['recorder'], now: number): readonly Trouble[] {
  const { status, detail, pendingRequests, droppedExamples, examplesDroppedAt, lastDamage, lastDamageAt } = recorder;
  const failing = {
    what: `Results are not being written; ${plural(pendingRequests, 'request')} wait in memory.`,
    ...(detail !== undefined && { why: detail }),
  };
  const dropped = {
    what: `${plural(droppedExamples, 'example')} dropped.`,
    why: 'Too many waited to be written; the counts are complete',
  };
  return [
    ...(status === 'degraded' ? [failing] : []),
    ...(droppedExamples > 0 ? [loss(dropped, examplesDroppedAt, now)] : []),
    ...(lastDamage === undefined
      ? []
      : [loss({ what: 'Results were lost or set aside.', why: lastDamage }, lastDamageAt, now)]),
  ];
}

/** What is lost stays lost, but after a while it is no sign of the present. */
function loss(trouble: Trouble, at: number | undefined, now: number): Trouble {
  return at === undefined || now - at < RECENT ? trouble : { ...trouble, until: at };
}

function readingTrouble({ status, lastFailure }: ProcessState['reading']): readonly Trouble[] {
  if (lastFailure === undefined) return [];
  const { since, at, why } = lastFailure;
  if (status === 'failing') return [{ what: 'Results can’t be read.', why, since }];
  return [{ what: 'Results could not be read.', why, since, until: at }];
}

function lossesTrouble({ service, shed }: Losses): readonly Trouble[] {
  if (shed <= LOST) return [];
  const why =
    'Over the whole rehearsal, by full tapes, limits, a backlog or an open breaker: the skipped requests say which';
  return [{ what: `${share(shed, 1)} of the ${ofService('copies', service)} were lost.`, why }];
}

function ofService(what: string, service: string): string {
  return service === DEFAULT_SERVICE ? what : `${what} of ${service}`;
}

function breakerTrouble({ service, role, state }: Breaker): readonly Trouble[] {
  if (state === 'closed') return [];
  const target = ofService(role, service);
  const says = state === 'open' ? 'open: copies are skipped' : 'half open: it is being tried';
  return [{ what: `The breaker of the ${target} is ${says}.` }];
}

function pauseInWords({ service, cause, edges }: PauseState): Trouble {
  const why = {
    event_loop_lag: `${plural(edges, 'edge thread')} can’t keep up`,
    primary_p99: `the primary${service === undefined || service === DEFAULT_SERVICE ? '' : ` of ${service}`} is slow`,
  }[cause];
  return { what: `Copies are paused to relieve clients: ${why}.` };
}
