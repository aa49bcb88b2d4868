import { share } from '../lib/figures.ts';
import { printable } from '../lib/printable.ts';
import type { Answer } from '../model/answer.ts';
import type { Place } from '../model/difference.ts';
import type { Ending } from '../model/outcome.ts';
import type { RolloutAction } from '../model/rollout.ts';
import { DEFAULT_SERVICE } from '../model/service.ts';
import { placeInShort, statusesInWords } from '../results/difference-words.ts';
import { endingInWords } from '../results/outcome-groups.ts';
import { changeInWords } from '../rollout/lifecycle.ts';

/**
 * An event that a webhook can report. It has names, counts and places, but never a recorded value or an error message.
 */
export type Alert =
  | {
      readonly event: 'signature';
      readonly is: 'new' | 'seen_again';
      readonly id: string;
      readonly service: string;
      readonly route: string;
      readonly ending: Ending;
      /** 0 if that leg gave no response. */
      readonly primaryStatus: number;
      readonly shadowStatus: number;
      readonly places: readonly Place[];
    }
  | {
      readonly event: 'verdict';
      readonly service: string;
      /** The rehearsal: its id, and the version of the shadow if that is known. */
      readonly rehearsal: string;
      readonly version?: string;
      readonly was: Answer;
      readonly is: Answer;
      /** In words, without values. */
      readonly reasons: readonly string[];
    }
  | {
      readonly event: 'breaker';
      readonly service: string;
      readonly target: 'shadow' | 'control';
      readonly is: 'open' | 'closed';
    }
  | {
      readonly event: 'shed';
      readonly is: 'above' | 'below';
      /** A share of the last minute's copies, in [0, 1]. */
      readonly share: number;
      readonly limit: number;
    }
  | { readonly event: 'store'; readonly is: 'failing' | 'back' }
  | { readonly event: 'thread'; readonly thread: string; readonly is: 'failing' | 'running' }
  | {
      readonly event: 'rollout';
      readonly service: string;
      readonly action: RolloutAction;
      readonly by: string;
      /** Where it is now, and why, in words. */
      readonly is: string;
      readonly reason: string;
    }
  | { readonly event: 'test' };

/** Of two alerts with the same key, only the later one matters. */
export function keyOf(alert: Alert): string {
  switch (alert.event) {
    case 'signature':
      return `signature ${alert.service} ${alert.id}`;
    case 'verdict':
      return `verdict ${alert.service}`;
    case 'breaker':
      return `breaker ${alert.service} ${alert.target}`;
    case 'thread':
      return `thread ${alert.thread}`;
    case 'rollout':
      return `rollout ${alert.service}`;
    default:
      return alert.event;
  }
}

const SHOWN_PLACES = 5;

export function textOf(alert: Alert): string {
  return printable(sentenceOf(alert));
}

function sentenceOf(alert: Alert): string {
  switch (alert.event) {
    case 'signature':
      return `${alert.is === 'new' ? 'new' : 'was fixed, and is seen again'}: ${signatureInWords(alert)}`;
    case 'verdict':
      return verdictInWords(alert);
    case 'breaker':
      return `the breaker of the ${alert.target}${ofService(alert)} is ${
        alert.is === 'open' ? 'open: it fails, and copies are skipped' : 'closed again: copies are sent'
      }`;
    case 'shed':
      return `${share(Math.round(alert.share * 1e6), 1e6)} of the copies of the last minute were lost, ${
        alert.is === 'above' ? 'more' : 'no longer more'
      } than ${share(Math.round(alert.limit * 1e6), 1e6)}`;
    case 'store':
      return alert.is === 'failing'
        ? 'the store fails; results wait in memory until it works again'
        : 'the store works again; what waited has been recorded';
    case 'thread':
      return alert.is === 'failing'
        ? `thread ${alert.thread} dies again and again, and its work is not done; the log says why`
        : `thread ${alert.thread} runs again`;
    case 'rollout':
      return `rollout${ofService(alert)}: ${changeInWords(alert)}: ${alert.is} (${alert.reason})`;
    case 'test':
      return 'this is a test';
  }
}

/** `verdict of shop, version 2.4.0: regression, was inconclusive: orders: $.total (value) differs in …` */
function verdictInWords(alert: Extract<Alert, { readonly event: 'verdict' }>): string {
  const { version, was, is, reasons } = alert;
  const of = `${ofService(alert)}${version === undefined ? '' : `, version ${version}`}`;
  return `verdict${of}: ${is}, was ${was}${reasons.length === 0 ? '' : `: ${reasons.join('; ')}`}`;
}

/** Empty if no service has a name. */
function ofService({ service }: { readonly service: string }): string {
  return service === DEFAULT_SERVICE ? '' : ` of ${service}`;
}

function signatureInWords(signature: Extract<Alert, { readonly event: 'signature' }>): string {
  const { id, route, ending, primaryStatus, shadowStatus, places } = signature;
  const statuses = statusesInWords(primaryStatus, shadowStatus);
  const shown = places.slice(0, SHOWN_PLACES).map(placeInShort);
  const more = places.length > SHOWN_PLACES ? [`${places.length - SHOWN_PLACES} more`] : [];
  const where = places.length === 0 ? '' : `: ${[...shown, ...more].join(', ')}`;
  return `${endingInWords(ending)} on ${route}${ofService(signature)}, status ${statuses}${where} [${id}]`;
}
