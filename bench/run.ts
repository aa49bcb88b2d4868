/**
 * `node bench/run.ts [scenario…] [--rounds N] [--seconds N] [--json FILE]`
 *
 * Measures Understudy beside the peers that this machine has, in one run. Exit codes: 0 it was measured, whatever the
 * figures are; 2 it could not be.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatGoal } from './harness/goal.ts';
import { describeMachine, LOAD_CORE, PROXY_CORE, unfitness } from './harness/machine.ts';
import { killAll, PIN, pinSelf } from './harness/processes.ts';
import { renderTable } from './harness/table.ts';
import { PEERS } from './peers/all.ts';
import { hangingShadow } from './scenarios/hanging-shadow.ts';
import { largeBodies } from './scenarios/large-bodies.ts';
import type { Bench, Findings, Scenario } from './scenarios/scenario.ts';
import { throughput } from './scenarios/throughput.ts';

const SCENARIOS: readonly Scenario[] = [throughput, hangingShadow, largeBodies];
const SCENARIO_LIMIT_MS = 20 * 60_000;

try {
  await main();
} catch (error) {
  fail((error as Error).message);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '5' },
      json: { type: 'string' },
    },
  });
  const rounds = count('--rounds', values.rounds);
  const seconds = count('--seconds', values.seconds);
  const scenarios = positionals.length === 0 ? SCENARIOS : positionals.map(scenarioNamed);
  const reason = unfitness([PIN, ...new Set(scenarios.flatMap((scenario) => scenario.needs))]);
  if (reason !== undefined) throw new Error(reason);

  const folder = mkdtempSync(join(tmpdir(), 'understudy-bench-'));
  process.on('exit', () => {
    killAll();
    rmSync(folder, { recursive: true, force: true });
  });
  process.on('SIGINT', () => process.exit(130)).on('SIGTERM', () => process.exit(143));
  pinSelf(LOAD_CORE);

  const machine = describeMachine();
  const peers = Object.fromEntries(PEERS.map((peer) => [peer.name, peer.version() ?? null]));
  console.log(introduction(machine, peers));
  const findings: Record<string, Findings> = {};
  for (const scenario of scenarios) {
    console.log(`\n${scenario.name}: ${scenario.about}\n`);
    findings[scenario.name] = await runWithin(SCENARIO_LIMIT_MS, scenario, { rounds, seconds, folder, progress });
    console.log(render(findings[scenario.name]!));
  }
  if (values.json !== undefined) {
    const results = Object.entries(findings).map(([name, { goals, notes, figures }]) => ({
      name,
      goals,
      notes,
      figures,
    }));
    writeFileSync(values.json, `${JSON.stringify({ machine, peers, rounds, seconds, scenarios: results }, null, 2)}\n`);
  }
  process.exit(0);
}

function scenarioNamed(name: string): Scenario {
  const scenario = SCENARIOS.find((candidate) => candidate.name === name);
  if (scenario !== undefined) return scenario;
  throw new Error(`no scenario ${name}; there are ${SCENARIOS.map((known) => known.name).join(', ')}`);
}

function count(option: string, text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new Error(`${option} must be a whole number from 1 on, not ${text}`);
}

async function runWithin(limit: number, scenario: Scenario, bench: Bench): Promise<Findings> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`${scenario.name} took longer than ${limit / 60_000} minutes`)),
    limit,
  );
  try {
    return await Promise.race([scenario.run(bench), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function introduction(machine: ReturnType<typeof describeMachine>, peers: Record<string, string | null>): string {
  const found = Object.entries(peers).filter(([, version]) => version !== null);
  const missing = PEERS.filter((peer) => peers[peer.name] === null).map((peer) => `${peer.name} (${peer.install})`);
  const lines = [
    Object.entries(machine)
      .map(([name, value]) => `${name} ${value}`)
      .join(' · '),
    `core ${PROXY_CORE}: the proxy under test; core ${LOAD_CORE}: load and origin; medians of the rounds [min–max]`,
    `found: ${found.map(([name, version]) => `${name} ${version}`).join(' · ')}`,
  ];
  if (missing.length > 0) lines.push(`not found on this machine: ${missing.join(' · ')}`);
  if (machine.load > 0.5) lines.push(`the machine is busy already (load ${machine.load}): take the figures as rough`);
  return lines.join('\n');
}

function render({ header, rows, goals, notes }: Findings): string {
  return [renderTable(header, rows), '', ...goals.map(formatGoal), ...notes.map((note) => `· ${note}`)].join('\n');
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}\r`);
}

function fail(message: string): never {
  console.error(`bench: ${message}`);
  process.exit(2);
}
