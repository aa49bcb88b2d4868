/** Checks services, their targets, and the routes that lead to them. */
import { closest } from '../lib/closest.ts';
import { DEFAULT_ROUTE } from '../model/route.ts';
import { checkExperiments } from './check-experiments.ts';
import { checkTarget, isSame } from './check-target.ts';
import { covers } from './covers.ts';
import { quote } from './quote.ts';
import { nameOf, type Path } from './tree.ts';
import type { Config, ServiceConfig } from './types.ts';
import type { Findings, Written } from './written.ts';

const TARGETS = ['primary', 'shadow', 'control'] as const;

export function checkServices(config: Config, written: Written, findings: Findings): void {
  const isLong = written.has('services');
  if (isLong) checkForms(written, findings);
  checkRouteServices(config, written, findings);
  for (const service of config.services) {
    const section = isLong ? ['services', service.name] : [];
    checkTargets(service, section, config, written, findings);
    checkRollout(service, section, written, findings);
    checkExperiments(service, section, config, written, findings);
    if (isLong) checkReachable(service, section, config, written, findings);
    if (isLong) checkMatch(service, section, config, written, findings);
  }
}

/** A single service has the short form, several have `services`. With both, the meaning would be unclear. */
function checkForms({ locate, has }: Written, { problems }: Findings): void {
  for (const option of [...TARGETS, 'rollout', 'experiments'].filter((name) => has(name))) {
    const { line } = locate(['services']);
    const where = line === 0 ? '' : ` in line ${line}`;
    problems.push({
      ...locate([option]),
      message: `${option}: not allowed together with services${where}; found both; allowed: primary, shadow, control, rollout and experiments at the top for one service, or services alone, with ${option} in one of them`,
    });
  }
}

function checkRouteServices(
  { services }: Config,
  { locate, name: nameOf, textAt, has, sound }: Written,
  { problems }: Findings,
): void {
  const names = services.map(({ name }) => name);
  for (let index = 0; ; index++) {
    const path = ['routes', index];
    const route = textAt([...path, 'name']);
    if (route === undefined) return;
    const service = textAt([...path, 'service']);
    const option = `${nameOf(path)}.service`;
    if (service === undefined) {
      if (names.length > 1 && has('services'))
        problems.push({
          ...locate(path),
          message: `${option}: missing, though there are several services; found ${quote(route)}; allowed: ${names.join(', ')}`,
        });
    } else if (!names.includes(service) && sound('services', service)) {
      const near = closest(service, names);
      const hint = near === undefined ? '' : ` (did you mean ${quote(near)}?)`;
      problems.push({
        ...locate([...path, 'service']),
        message: `${option}: no service of that name${hint}; found ${quote(service)}; allowed: ${names.join(', ')}`,
      });
    }
  }
}

/** A service that gets no requests, because no route names it and it has no match, is a mistake. */
function checkReachable(
  { name, match }: ServiceConfig,
  section: Path,
  { routes }: Config,
  { locate }: Written,
  { warnings }: Findings,
): void {
  if (match !== undefined) return;
  if (routes.some(({ service, name: route }) => service === name && route !== DEFAULT_ROUTE)) return;
  warnings.push({
    ...locate(section),
    message: `${nameOf(section)}: gets no requests, because it has no match and no route names it; found ${quote(name)}`,
  });
}

/** Routes are tried first, then services in their order: those before a service may leave nothing for it. */
function checkMatch(
  { name, match }: ServiceConfig,
  section: Path,
  { routes }: Config,
  { locate }: Written,
  { warnings }: Findings,
): void {
  if (match === undefined) return;
  const own = routes.findIndex((route) => route.service === name && route.name === DEFAULT_ROUTE);
  const earlier = routes.slice(0, own).find((route) => covers(route.match, match));
  if (earlier === undefined || earlier.service === name) return;
  const taker =
    earlier.name === DEFAULT_ROUTE ? `earlier service ${quote(earlier.service)}` : `route ${quote(earlier.name)}`;
  warnings.push({
    ...locate([...section, 'match']),
    message: `${nameOf([...section, 'match'])}: never matches, because the ${taker} takes all its requests; found ${quote(name)}`,
  });
}

function checkTargets(
  service: ServiceConfig,
  section: Path,
  config: Config,
  written: Written,
  findings: Findings,
): void {
  const { locate, sound } = written;
  const isSound = (name: (typeof TARGETS)[number]) => sound(...section, name, 'url');
  for (const name of TARGETS) {
    const target = service[name];
    if (target === undefined || !isSound(name)) continue;
    checkTarget(target, [...section, name], config, written, findings);
  }
  const { primary, shadow, control } = service;
  const option = (name: string) => nameOf([...section, name, 'url']);
  const places = (one: string, other: string) => locate([...section, one, 'url'], [...section, other, 'url']);
  if (shadow === undefined) {
    if (control !== undefined)
      findings.warnings.push({
        ...places('control', 'control'),
        message: `${option('control')}: gets no copies, because there is no shadow; found ${quote(control.url)}`,
      });
    return;
  }
  if (control !== undefined && isSame(control, shadow) && isSound('control') && isSound('shadow')) {
    findings.problems.push({
      ...places('control', 'shadow'),
      message: `${option('control')}: the shadow's address, so that every difference would count as noise; found ${quote(control.url)}; allowed: an instance of the production version`,
    });
  }
  if (isSame(primary, shadow)) {
    findings.warnings.push({
      ...places('shadow', 'primary'),
      message: `${option('shadow')}: the primary's address, so that it is compared with itself; found ${quote(shadow.url)}`,
    });
  }
}

/** What a weight in the file takes no heed of: whoever writes these believes in a gate that would not be there. */
const OF_STEPS: readonly Path[] = [['steps'], ['hold'], ['advance'], ['hooks', 'before']];

function checkRollout(
  { rollout, shadow }: ServiceConfig,
  section: Path,
  { locate, has, sound }: Written,
  { problems }: Findings,
): void {
  const path = [...section, 'rollout'];
  if (!has(...path)) return;
  if (shadow === undefined) {
    if (sound(...section, 'shadow'))
      problems.push({
        ...locate(path),
        message: `${nameOf(path)}: there is no shadow to roll out; found no shadow; allowed: a rollout beside a shadow`,
      });
    return;
  }
  if (rollout?.weight === undefined) return;
  for (const option of OF_STEPS.filter((names) => has(...path, ...names)))
    problems.push({
      ...locate([...path, ...option]),
      message: `${nameOf([...path, ...option])}: not used where weight is a percentage; found both; allowed: ${nameOf(option)} together with weight: steps`,
    });
}
