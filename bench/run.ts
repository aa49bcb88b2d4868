/**
 * `node bench/run.ts [scenario…] [--peer NAME]… [--rounds N] [--seconds N] [--rate N] [--cores N] [--json FILE] [--svg FILE]`
 *
 * Measures Understudy beside the peers that this machine has, in one run. Exit codes: 0 it was measured, whatever the
 * figures are; 2 it could not be.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Chart, renderChart } from './harness/chart.ts';
import { formatGoal } from './harness/goal.ts';
import { describeMachine, type Placement, placementOf } from './harness/machine.ts';
import { renderTable } from './harness/table.ts';
import { PEERS } from './peers/all.ts';
import { SCENARIOS } from './scenarios/all.ts';
import type { Findings, Scenario } from './scenarios/scenario.ts';
import { type Choices, exitWith, openBench, runScenario } from './session.ts';

await exitWith(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      peer: { type: 'string', multiple: true, default: [''] },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '5' },
      rate: { type: 'string', default: '3000' },
      cores: { type: 'string', default: '1' },
      json: { type: 'string' },
      svg: { type: 'string' },
    },
  });
  const choices = {
    rounds: count('--rounds', values.rounds),
    // Of a fixed rate the first second is not measured.
    seconds: count('--seconds', values.seconds, 2),
    rate: count('--rate', values.rate),
    proxyCores: count('--cores', values.cores),
    includes: peersNamed(values.peer),
  };
  const scenarios = positionals.length === 0 ? SCENARIOS : positionals.map(scenarioNamed);
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
    const { rounds, seconds, rate, proxyCores } = choices;
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

function scenarioNamed(name: string): Scenario {
  const scenario = SCENARIOS.find((candidate) => candidate.name === name);
  if (scenario !== undefined) return scenario;
  throw new Error(`no scenario ${name}; there are ${SCENARIOS.map((known) => known.name).join(', ')}`);
}

/** Those whose names begin like one of these. */
function peersNamed(beginnings: readonly string[]): Choices['includes'] {
  for (const beginning of beginnings) {
    if (!PEERS.some(({ name }) => name.startsWith(beginning))) {
      throw new Error(`no peer begins with ${beginning}; there are ${PEERS.map(({ name }) => name).join(' · ')}`);
    }
  }
  return ({ name }) => beginnings.some((beginning) => name.startsWith(beginning));
}

function count(option: string, text: string, least = 1): number {
  if (/^\d{1,6}$/.test(text) && Number(text) >= least) return Number(text);
  throw new Error(`${option} must be a whole number from ${least} to 999999, not ${text}`);
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
