/** Which path shows which page. */
import type { ComponentChildren } from 'preact';
import type { ExperimentsAnswer, RolloutAnswer, ServicesAnswer } from '../data/answers.ts';
import { useResource } from '../data/resources.ts';
import { CausePage } from '../pages/cause.tsx';
import { CausesPage } from '../pages/causes.tsx';
import { ExperimentsPage } from '../pages/experiments.tsx';
import { HealthPage } from '../pages/health.tsx';
import { LatencyPage } from '../pages/latency.tsx';
import { NowherePage } from '../pages/nowhere.tsx';
import { OverviewPage } from '../pages/overview.tsx';
import { RolloutPage } from '../pages/rollout.tsx';
import { RoutePage } from '../pages/route.tsx';
import { RoutesPage } from '../pages/routes.tsx';
import { link } from './location.ts';

export interface Tab {
  readonly name: string;
  /** First part of its path; '' is the overview. */
  readonly path: string;
  /** Behind `g`. */
  readonly key: string;
}

const TABS: readonly Tab[] = [
  { name: 'Overview', path: '', key: 'o' },
  { name: 'Routes', path: 'routes', key: 'r' },
  { name: 'Causes', path: 'causes', key: 'c' },
  { name: 'Latency', path: 'latency', key: 'l' },
  { name: 'Health', path: 'health', key: 'h' },
];

const ROLLOUT: Tab = { name: 'Rollout', path: 'rollout', key: 'u' };
const EXPERIMENTS: Tab = { name: 'Experiments', path: 'experiments', key: 'e' };

/** A page about what no service has is not offered. */
export function useTabs(): readonly Tab[] {
  const rollouts = useResource<RolloutAnswer>('rollout');
  const released = rollouts.state === 'ready' && rollouts.value.rollouts.length > 0;
  const tried = useHasExperiments();
  return TABS.toSpliced(-1, 0, ...(released ? [ROLLOUT] : []), ...(tried ? [EXPERIMENTS] : []));
}

/** Configured ones, or ended ones with results. The store is asked for those where none is configured. */
function useHasExperiments(): boolean {
  const services = useResource<ServicesAnswer>('services');
  const known = services.state === 'ready';
  const configured = known && services.value.services.some(({ experiments }) => experiments.length > 0);
  const recorded = useResource<ExperimentsAnswer>(known && !configured ? 'experiments' : undefined);
  return configured || (recorded.state === 'ready' && recorded.value.experiments.length > 0);
}

export function tabLink({ path }: Tab): string {
  return path === '' ? link([]) : link([path]);
}

/** The decoded parts of a path. A part that can't be decoded stays as it is: it leads nowhere, and is shown so. */
export function partsOf(path: string): readonly string[] {
  return path
    .split('/')
    .slice(1)
    .filter((part) => part !== '')
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });
}

export function pageOf(path: string): ComponentChildren {
  const [page = '', name] = partsOf(path);
  switch (page) {
    case '':
    case 'overview':
      return <OverviewPage />;
    case 'routes':
      return name === undefined ? <RoutesPage /> : <RoutePage key={name} route={name} />;
    case 'causes':
    // The name of this path before there were causes: reports and messages have such links.
    case 'signatures':
      return name === undefined ? <CausesPage /> : <CausePage key={name} id={name} />;
    case 'latency':
      return <LatencyPage />;
    case 'experiments':
      return <ExperimentsPage />;
    case 'rollout':
      return <RolloutPage />;
    case 'health':
      return <HealthPage />;
    default:
      return <NowherePage />;
  }
}
