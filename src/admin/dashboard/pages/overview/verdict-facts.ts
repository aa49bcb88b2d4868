/** What the overview says of a verdict. */
import { printable } from '../../../../lib/printable.ts';
import type { Answer } from '../../../../model/answer.ts';
import type { RouteOfService } from '../../../../model/store-reader.ts';
import type { NeedResult, RouteVerdict, ServiceVerdict } from '../../../../results/verdict.ts';
import type { Tone } from '../../components/tone.ts';

export const VERDICT_WORDS: Readonly<Record<Answer, string>> = {
  pass: 'The shadow may be released.',
  regression: 'The shadow does harm: this is proven.',
  inconclusive: 'Neither harm nor its absence is proven yet.',
  invalid: 'The measurement itself can’t be trusted.',
};

export function toneOf(answer: Answer): Tone {
  const tones = { pass: 'good', regression: 'bad', inconclusive: 'neutral', invalid: 'warn' } as const;
  return tones[answer];
}

/** Proven harm, then why the measurement can't be trusted. */
export function harmIn({ routes, faults }: Pick<ServiceVerdict, 'routes' | 'faults'>): readonly string[] {
  const harmed = routes.filter(({ verdict }) => verdict === 'regression');
  return [...harmed.flatMap(({ reasons }) => reasons), ...faults.map(({ detail }) => detail)];
}

/** What more exchanges may not bring comes first, then what takes the most of them. */
export function gravest(needs: readonly NeedResult[]): NeedResult | undefined {
  const size = ({ exchanges }: NeedResult) => exchanges ?? Number.POSITIVE_INFINITY;
  return [...needs].sort((a, b) => size(b) - size(a))[0];
}

/** The first thing that a person should know of it, in words. */
export function gravestOf(of: Pick<ServiceVerdict, 'verdict' | 'reasons' | 'routes' | 'faults'>): string {
  const [first] = of.verdict === 'pass' ? of.reasons : [...harmIn(of), ...of.reasons];
  return first === undefined ? '' : withoutEvidence(printable(first)).told;
}

/** The figures of a proof are for those who check it. */
export function withoutEvidence(reason: string): { readonly told: string; readonly evidence?: string } {
  const [told = '', evidence] = reason.split('; E = ', 2);
  return { told, ...(evidence !== undefined && { evidence }) };
}

export interface Pace {
  /** Routes on which the shadow is proven to be too slow, to be fast enough, and on which neither is. */
  readonly slow: readonly RouteOfService[];
  readonly even: number;
  readonly open: number;
}

export function paceOf(services: readonly Pick<ServiceVerdict, 'service' | 'routes'>[]): Pace {
  const routes = services
    .flatMap(({ service, routes: its }) => its.map((route) => ({ ...route, service })))
    .filter(({ exchanges }) => exchanges > 0);
  const slow = routes.filter(isSlow);
  const open = routes.filter(
    (route) => !isSlow(route) && route.needs.some(({ what }) => what === 'latency' || what === 'margin'),
  );
  return {
    slow: slow.map(({ service, route }) => ({ service, route })),
    even: routes.length - slow.length - open.length,
    open: open.length,
  };
}

function isSlow({ checks }: RouteVerdict): boolean {
  return checks.some(({ check, state }) => (check === 'slower' || check === 'tail') && state === 'harm');
}
