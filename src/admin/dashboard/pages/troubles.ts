/** What keeps the mirror from its work. */
import { plural, share } from '../../../lib/figures.ts';
import { DEFAULT_SERVICE } from '../../../model/service.ts';
import type { MirrorState, PauseState, ProcessState, TargetHealth } from '../../dependencies.ts';

/** So much of the copies may be lost before it is a trouble: the verdict's own limit is of this size. */
const LOST = 0.01;

export interface Trouble {
  /** A sentence. */
  readonly what: string;
  /** What is known of its cause, and what helps; may be long. */
  readonly why?: string;
}

export interface Watched {
  readonly mirror: MirrorState;
  readonly process: Pick<ProcessState, 'ready' | 'recorder' | 'threads' | 'configLastError'>;
  readonly breakers: readonly Breaker[];
  /** The share of the copies that was lost to overload, as far as it is known. */
  readonly shed?: number;
}

export interface Breaker {
  readonly service: string;
  readonly role: TargetHealth['role'];
  readonly state: NonNullable<TargetHealth['breaker']>;
}

/** The gravest first; empty where all is well. */
export function troublesOf({ mirror, process, breakers, shed = 0 }: Watched): readonly Trouble[] {
  return [
    ...(mirror.enabled ? [] : [{ what: 'The mirror is switched off: nothing is copied.' }]),
    ...mirror.paused.map(pauseInWords),
    ...processTroubles(process),
    ...breakers.flatMap(breakerTrouble),
    ...(shed > LOST ? [{ what: `${share(shed, 1)} of the copies were lost to overload.` }] : []),
  ];
}

function processTroubles({ ready, recorder, threads, configLastError }: Watched['process']): readonly Trouble[] {
  return [
    ...ready.reasons.map((reason) => ({ what: `Not ready: ${reason}.` })),
    ...threads.filter(({ status }) => status !== 'running').map(threadTrouble),
    ...recorderTroubles(recorder),
    ...(configLastError === undefined
      ? []
      : [{ what: 'The newest configuration does not work; the one before is in force.', why: configLastError }]),
  ];
}

function threadTrouble({ name, status, lastDeath }: ProcessState['threads'][number]): Trouble {
  if (status !== 'failing') return { what: `Thread ${name} is ${status}.` };
  return { what: `Thread ${name} dies again and again.`, ...(lastDeath !== undefined && { why: lastDeath }) };
}

function recorderTroubles(recorder: ProcessState['recorder']): readonly Trouble[] {
  const { status, detail, pendingRequests, droppedExamples, lastDamage } = recorder;
  return [
    ...(status === 'degraded'
      ? [
          {
            what: `Results are not being written; ${plural(pendingRequests, 'request')} wait in memory.`,
            ...(detail !== undefined && { why: detail }),
          },
        ]
      : []),
    ...(droppedExamples > 0
      ? [
          {
            what: `${plural(droppedExamples, 'example')} dropped.`,
            why: 'Too many waited to be written; the counts are complete',
          },
        ]
      : []),
    ...(lastDamage === undefined ? [] : [{ what: 'Results were lost or set aside.', why: lastDamage }]),
  ];
}

function breakerTrouble({ service, role, state }: Breaker): readonly Trouble[] {
  if (state === 'closed') return [];
  const target = service === DEFAULT_SERVICE ? role : `${role} of ${service}`;
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
