/** What every run of the benchmark needs: a fit machine, a folder, an end for whatever was started. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { placementOf, unfitness } from './harness/machine.ts';
import { killAll, PIN, pinSelf } from './harness/processes.ts';
import type { Bench, Findings, Scenario } from './scenarios/scenario.ts';

const SCENARIO_LIMIT_MS = 40 * 60_000;

/** What a run may choose. */
export interface Choices extends Pick<Bench, 'rounds' | 'seconds' | 'rate' | 'includes'> {
  /** How many cores each proxy gets; 1 if absent. */
  readonly proxyCores?: number;
}

/** Gives what scenarios need; throws where this machine can't run them. Once in a process. */
export function openBench(scenarios: readonly Scenario[], { proxyCores = 1, ...choices }: Choices): Bench {
  const reason = unfitness([PIN, ...new Set(scenarios.flatMap((scenario) => scenario.needs))]);
  if (reason !== undefined) throw new Error(reason);
  const folder = mkdtempSync(join(tmpdir(), 'understudy-bench-'));
  process.on('exit', () => {
    killAll();
    rmSync(folder, { recursive: true, force: true });
  });
  process.on('SIGINT', () => process.exit(130)).on('SIGTERM', () => process.exit(143));
  const { proxy, load } = placementOf(proxyCores);
  pinSelf(load);
  return { ...choices, cores: proxy, folder, progress };
}

export async function runScenario(scenario: Scenario, bench: Bench): Promise<Findings> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`${scenario.name} took longer than ${SCENARIO_LIMIT_MS / 60_000} minutes`)),
    SCENARIO_LIMIT_MS,
  );
  try {
    return await Promise.race([scenario.run(bench), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Runs to the end and exits with what it gives; a reason why it could not is told, with code 2. */
export async function exitWith(main: () => Promise<number>): Promise<never> {
  try {
    process.exit(await main());
  } catch (error) {
    console.error(`bench: ${(error as Error).message}`);
    process.exit(2);
  }
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}\r`);
}
