/** What keeps the mirror from its work. */
import { plural, share } from '../../../../lib/figures.ts';
import type { PauseState, ProcessState, ServiceState } from '../../../dependencies.ts';
import type { SummaryAnswer } from '../../data/answers.ts';

/** So much of the copies may be lost before it is a trouble: the verdict's own limit is of this size. */
const LOST = 0.01;

/** In words, the gravest first; empty where all is well. */
export function troublesOf(
  { process, mirror }: Pick<SummaryAnswer, 'process' | 'mirror'>,
  services: readonly ServiceState[],
  shed: number,
): readonly string[] {
  return [
    ...(mirror.enabled ? [] : ['The mirror is switched off: nothing is copied.']),
    ...mirror.paused.map(pauseInWords),
    ...processTroubles(process),
    ...services.flatMap(breakerTroubles),
    ...(shed > LOST ? [`${share(shed, 1)} of the copies were lost to overload.`] : []),
  ];
}

function processTroubles({ ready, recorder, threads, configLastError }: ProcessState): readonly string[] {
  const { status, detail = '', pendingRequests, droppedExamples, lastDamage } = recorder;
  return [
    ...ready.reasons.map((reason) => `Not ready: ${reason}.`),
    ...threads
      .filter((thread) => thread.status !== 'running')
      .map(({ name, status: now, lastDeath }) =>
        now === 'failing' ? `Thread ${name} dies again and again: ${lastDeath}` : `Thread ${name} is ${now}.`,
      ),
    ...(status === 'degraded'
      ? [`Results are not being written; ${plural(pendingRequests, 'request')} wait in memory. ${detail}`]
      : []),
    ...(droppedExamples > 0
      ? [
          `${plural(droppedExamples, 'example')} dropped, because too many waited to be written; the counts are complete.`,
        ]
      : []),
    ...(lastDamage === undefined ? [] : [lastDamage]),
    ...(configLastError === undefined ? [] : [`The newest configuration does not work: ${configLastError}`]),
  ];
}

function breakerTroubles({ service, shadow, control }: ServiceState): readonly string[] {
  return [
    ...(shadow && shadow.breaker !== 'closed'
      ? [`The breaker of the shadow of ${service} is ${open(shadow.breaker)}.`]
      : []),
    ...(control && control.breaker !== 'closed'
      ? [`The breaker of the control of ${service} is ${open(control.breaker)}.`]
      : []),
  ];
}

function open(breaker: 'closed' | 'half_open' | 'open'): string {
  return breaker === 'open' ? 'open: copies are skipped' : 'half open: it is being tried';
}

function pauseInWords({ service, cause, edges }: PauseState): string {
  const why = {
    event_loop_lag: `${plural(edges, 'edge thread')} can’t keep up`,
    primary_p99: `the primary${service === undefined ? '' : ` of ${service}`} is slow`,
  }[cause];
  return `Copies are paused to relieve clients: ${why}.`;
}
