/**
 * A short run whose ratios are held against those in bench/ratios.json; `--update` stores them instead. Exit codes: 0 none
 * is worse by more than 15 %, 1 one is, 2 there was nothing to compare.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { calledWith } from './harness/command-line.ts';
import { describeMachine } from './harness/machine.ts';
import { judgeRatios, type Ratios } from './harness/stored-ratios.ts';
import { envoy, envoyMirror } from './peers/envoy.ts';
import { nginx, nginxMirror } from './peers/nginx.ts';
import { nodeHttpProxy } from './peers/node-http-proxy.ts';
import type { Peer } from './peers/peer.ts';
import { understudyAccepting, understudyEdge, understudyMirror } from './peers/understudy.ts';
import { differing } from './scenarios/differing.ts';
import { fixedRate } from './scenarios/fixed-rate.ts';
import type { Findings } from './scenarios/scenario.ts';
import { throughput } from './scenarios/throughput.ts';
import { exitWith, openBench, runScenario } from './session.ts';

const STORED = new URL('ratios.json', import.meta.url);
const OURS: readonly Peer[] = [understudyEdge, understudyMirror, understudyAccepting];
const THEIRS: readonly Peer[] = [nginx, nginxMirror, envoy, envoyMirror, nodeHttpProxy];
const SCENARIOS = [throughput, fixedRate, differing];

const { values } = calledWith({
  command: 'npm run bench:check --',
  about: 'A short run, whose ratios are held against those of an earlier one.',
  flags: { update: { takes: 'nothing', about: 'stores the ratios of this run instead' } },
});

await exitWith(async () => {
  if (!values.update && !existsSync(STORED)) throw new Error(`${STORED.pathname} not found; --update writes it`);
  const peers = [...OURS, ...THEIRS];
  const bench = openBench(SCENARIOS, {
    rounds: 3,
    seconds: 3,
    rate: 3_000,
    includes: (peer) => peers.includes(peer),
  });
  const measured: Record<string, Record<string, number>> = {};
  for (const scenario of SCENARIOS) {
    const findings = await runScenario(scenario, bench);
    measured[scenario.name] = ratiosOf(findings);
    for (const note of findings.notes.filter((note) => note.includes('DISTURBED'))) console.log(note);
  }
  if (values.update) {
    writeFileSync(STORED, `${JSON.stringify({ machine: describeMachine(), ratios: measured }, null, 2)}\n`);
    console.log(`${STORED.pathname} has the ratios of this run`);
    return 0;
  }
  const { ratios } = JSON.parse(readFileSync(STORED, 'utf8')) as { ratios: Ratios };
  const judged = judgeRatios(ratios, measured);
  console.log(judged.map(({ line }) => line).join('\n'));
  if (judged.every(({ result }) => result === 'unknown')) throw new Error('none of the stored ratios was measured');
  return judged.some(({ result }) => result === 'worse') ? 1 : 0;
});

/** The goals that were measured in rounds; those of two peers are. */
function ratiosOf({ goals }: Findings): Record<string, number> {
  return Object.fromEntries(
    goals.flatMap(({ what, value }) => (typeof value === 'object' ? [[what, Number(value.median.toFixed(3))]] : [])),
  );
}
