/** Checks what an experiment has to do with the service, its routes and its other experiments. */
import { closest } from '../lib/closest.ts';
import { checkTarget, isSame } from './check-target.ts';
import { quote } from './quote.ts';
import type { Path } from './tree.ts';
import type { Config, ExperimentConfig, ServiceConfig } from './types.ts';
import type { Findings, Written } from './written.ts';

export function checkExperiments(
  service: ServiceConfig,
  section: Path,
  config: Config,
  written: Written,
  findings: Findings,
): void {
  const list = [...section, 'experiments'];
  if (!written.has(...list)) return;
  const { experiments } = service;
  for (const [index, experiment] of experiments.entries()) {
    const path = [...list, index];
    checkName(experiment, experiments.slice(0, index), path, written, findings);
    checkHeaders(experiment, experiments.slice(0, index), path, written, findings);
    checkTargets(experiment, service, section, path, config, written, findings);
    checkRoutes(experiment, service, path, config, written, findings);
    checkSalt(experiment, service, experiments.slice(0, index), path, written, findings);
  }
}

function checkName(
  { name }: ExperimentConfig,
  earlier: readonly ExperimentConfig[],
  path: Path,
  { locate, name: nameOf }: Written,
  { problems }: Findings,
): void {
  if (!earlier.some((other) => other.name === name)) return;
  problems.push({
    ...locate([...path, 'name']),
    message: `${nameOf(path)}.name: another experiment of the service has the same name; found ${quote(name)}; allowed: a name of its own`,
  });
}

/** Of two values for one header, a request can only get one. And what tells users apart must not depend on the arm. */
function checkHeaders(
  { arms, sticky }: ExperimentConfig,
  earlier: readonly ExperimentConfig[],
  path: Path,
  { locate, name: nameOf }: Written,
  { problems }: Findings,
): void {
  for (const [index, arm] of arms.entries()) {
    const option = [...path, 'arms', index, 'header'];
    for (const header of Object.keys(arm.header)) {
      const other = earlier.find((each) => each.arms.some((its) => header in its.header));
      if (other !== undefined)
        problems.push({
          ...locate([...option, header]),
          message: `${nameOf(option)}: the experiment ${quote(other.name)} sets this header, too; found ${quote(header)}; allowed: a header of its own for each experiment`,
        });
      if (sticky.some((by) => by.by === 'header' && by.name === header))
        problems.push({
          ...locate([...option, header]),
          message: `${nameOf(option)}: the header that tells users apart; found ${quote(header)}; allowed: a header that is not under sticky`,
        });
    }
  }
}

function checkTargets(
  experiment: ExperimentConfig,
  { experiments, shadow, control, rollout }: ServiceConfig,
  section: Path,
  path: Path,
  config: Config,
  written: Written,
  findings: Findings,
): void {
  const first = experiments.find(({ arms }) => arms.some(({ target }) => target !== undefined));
  for (const [index, { target }] of experiment.arms.entries()) {
    if (target === undefined) continue;
    const option = [...path, 'arms', index, 'target'];
    const refuse = (wrong: string, allowed: string) =>
      findings.problems.push({
        ...written.locate([...option, 'url'], option),
        message: `${written.name(option)}: ${wrong}; found ${quote(target.url)}; allowed: ${allowed}`,
      });
    checkTarget(target, option, config, written, findings);
    if (rollout !== undefined)
      refuse(
        'there is a rollout, which decides who serves',
        'arms with headers beside a rollout, or one after the other',
      );
    else if (shadow !== undefined && isSame(target, shadow) && written.sound(...section, 'shadow', 'url'))
      refuse(
        "the shadow's address, which gets copies of what production serves",
        'another instance; or a rollout, which lets the shadow serve users',
      );
    else if (control !== undefined && isSame(target, control) && written.sound(...section, 'control', 'url'))
      refuse("the control's address, which gets copies of what production serves", 'another instance');
    if (first !== experiment)
      refuse(
        `the experiment ${quote(first!.name)} has targets, too, and a request can only go to one`,
        'targets in one experiment of a service',
      );
  }
}

/** Routes are named where the experiment applies, and where its goals are. */
function checkRoutes(
  { routes = [], goals }: ExperimentConfig,
  { name: service }: ServiceConfig,
  path: Path,
  config: Config,
  { locate, name: nameOf, sound }: Written,
  { problems }: Findings,
): void {
  const known = config.routes.filter((route) => route.service === service).map(({ name }) => name);
  const check = (name: string, option: Path) => {
    if (known.includes(name) || !sound('routes', '*', 'name') || !sound('routes', '*', 'service')) return;
    const near = closest(name, known);
    const hint = near === undefined ? '' : ` (did you mean ${quote(near)}?)`;
    problems.push({
      ...locate(option),
      message: `${nameOf(option)}: no route of that name in the service${hint}; found ${quote(name)}; allowed: ${known.join(', ')}; a route of its own under routes`,
    });
  };
  for (const [index, name] of routes.entries()) check(name, [...path, 'routes', index]);
  for (const [index, { source }] of goals.entries())
    if (source.by !== 'event') check(source.route, [...path, 'goals', index, 'route']);
}

/** With one salt, who gets an arm of one experiment always gets the same arm of the other: neither can be judged. */
function checkSalt(
  { name, salt }: ExperimentConfig,
  { rollout }: ServiceConfig,
  earlier: readonly ExperimentConfig[],
  path: Path,
  { locate, name: nameOf }: Written,
  { warnings }: Findings,
): void {
  const other = rollout?.salt === salt ? 'the rollout' : earlier.find((each) => each.salt === salt)?.name;
  if (other === undefined) return;
  warnings.push({
    ...locate([...path, 'salt'], [...path, 'name']),
    message: `${nameOf(path)}.salt: the same as that of ${other === 'the rollout' ? other : quote(other)}, so that both divide users alike, and neither result is about one alone; found ${quote(salt)} for ${quote(name)}`,
  });
}
