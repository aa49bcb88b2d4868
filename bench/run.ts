/**
 * Measures Understudy beside the peers that this machine has, in one run. Exit codes: 0 it was measured, whatever the
 * figures are; 2 it could not be.
 */
import { writeFileSync } from 'node:fs';
import { type Chart, renderChart } from './harness/chart.ts';
import { calledWith } from './harness/command-line.ts';
import { formatGoal } from './harness/goal.ts';
import { describeMachine, type Placement, placementOf } from './harness/machine.ts';
import { renderTable } from './harness/table.ts';
import { PEERS } from './peers/all.ts';
import { SCENARIOS } from './scenarios/all.ts';
import type { Findings } from './scenarios/scenario.ts';
import { type Choices, exitWith, openBench, runScenario } from './session.ts';

const { values, operands } = calledWith({
  command: 'npm run bench --',
  about: 'Measures Understudy beside the peers that this machine has: all scenarios, or those that are named.',
  operands: { form: '[SCENARIO…]', allowed: SCENARIOS.map(({ name }) => name) },
  flags: {
    peer: { takes: 'text', about: 'only peers whose names begin so, separated by commas' },
    rounds: { takes: 'count', about: 'rounds, in which all take turns', default: 5 },
    // Of a fixed rate the first second is not measured.
    seconds: { takes: 'count', about: 'seconds of one measurement', default: 5, least: 2 },
    rate: { takes: 'count', about: 'requests a second where the rate is fixed', default: 3_000 },
    cores: { takes: 'count', about: 'cores of each proxy', default: 1 },
    json: { takes: 'text', about: 'a file for all figures' },
    svg: { takes: 'text', about: 'a file for a chart of the CPU per request' },
  },
});

await exitWith(async () => {
  const { rounds, seconds, rate, cores: proxyCores } = values;
  const choices = { rounds, seconds, rate, proxyCores, includes: peersNamed(values.peer) };
  const scenarios = SCENARIOS.filter(({ name }) => operands.length === 0 || operands.includes(name));
  const bench = openBench(scenarios, choices);
  const machine = describeMachine();
  const peers = Object.fromEntries(PEERS.map((peer) => [peer.name, peer.version() ?? null]));
  console.log(introduction(machine, peers, placementOf(choices.proxyCores)));
  const findings: Record<string, Findings> = {};
  for (const scenario of scenarios) {
    console.log(`\n${scenario.name}: ${scenario.about}\n`);
    findings[scenario.name] = await runScenario(scenario, bench);
    console.log(render(findings[scenario.name]!));
  }
  if (values.json !== undefined) {
    const results = Object.entries(findings).map(([name, { goals, notes, figures }]) => ({
      name,
      goals,
      notes,
      figures,
    }));
    const all = { machine, peers, rounds, seconds, rate, proxyCores, scenarios: results };
    writeFileSync(values.json, `${JSON.stringify(all, null, 2)}\n`);
  }
  if (values.svg !== undefined) writeFileSync(values.svg, renderChart(chartOf(Object.values(findings))));
  return 0;
});

/** Of the first scenario that has one. */
function chartOf(findings: readonly Findings[]): Chart {
  const chart = findings.find((each) => each.chart !== undefined)?.chart;
  if (chart === undefined) throw new Error('--svg draws CPU per request, which none of these scenarios measures');
  return chart;
}

/** Those whose names begin like one of these, separated by commas; all if there are none. */
function peersNamed(written = ''): Choices['includes'] {
  const beginnings = written.split(',').map((each) => each.trim());
  for (const beginning of beginnings) {
    if (!PEERS.some(({ name }) => name.startsWith(beginning))) {
      throw new Error(`no peer begins with ${beginning}; there are ${PEERS.map(({ name }) => name).join(' · ')}`);
    }
  }
  return ({ name }) => beginnings.some((beginning) => name.startsWith(beginning));
}

function introduction(
  machine: ReturnType<typeof describeMachine>,
  peers: Record<string, string | null>,
  { proxy, load }: Placement,
): string {
  const found = Object.entries(peers).filter(([, version]) => version !== null);
  const missing = PEERS.filter((peer) => peers[peer.name] === null).map((peer) => `${peer.name} (${peer.install})`);
  const lines = [
    Object.entries(machine)
      .map(([name, value]) => `${name} ${value}`)
      .join(' · '),
    `core ${proxy.join(' and ')}: the proxy under test; core ${load}: load and origin; medians of the rounds [min–max]`,
    `found: ${found.map(([name, version]) => `${name} ${version}`).join(' · ')}`,
  ];
  if (proxy.includes(load))
    lines.push('load and origin share a core with the proxy: rates and latencies are too bad, CPU times are not');
  if (missing.length > 0) lines.push(`not found on this machine: ${missing.join(' · ')}`);
  if (machine.load > 0.5) lines.push(`the machine is busy already (load ${machine.load}): take the figures as rough`);
  return lines.join('\n');
}

function render({ header, rows, goals, notes }: Findings): string {
  return [renderTable(header, rows), '', ...goals.map(formatGoal), ...notes.map((note) => `· ${note}`)].join('\n');
}
