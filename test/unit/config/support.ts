import { type LoadResult, type ParseInput, parseConfigText } from '../../../src/config/load.ts';
import { formatProblem, type Problem } from '../../../src/config/problem.ts';
import type { Target } from '../../../src/config/target-types.ts';
import type { Config, ServiceConfig } from '../../../src/config/types.ts';
import { configOf } from '../../support/config.ts';

export const NOW = Date.UTC(2026, 10, 20);

export function load(text: string, input: Partial<ParseInput> = {}): LoadResult {
  return parseConfigText(text, 'a.yaml', { env: {}, now: NOW, cpus: 4, ...input });
}

/** The configuration of a text without problems. */
export function config(text: string, input: Partial<ParseInput> = {}): Config & TargetsOfOne {
  return withTargets(configOf(text, { now: NOW, ...input }));
}

/** Where there is one service, its targets stand beside what else a configuration says. */
type TargetsOfOne = Pick<ServiceConfig, 'primary'> & { readonly shadow: Target; readonly control?: Target };

function withTargets(config: Config): Config & TargetsOfOne {
  const { primary, shadow, control } = config.services[0]!;
  return Object.freeze({ ...config, primary, shadow: shadow!, ...(control && { control }) });
}

export function problems(text: string, input: Partial<ParseInput> = {}): string[] {
  return all(text, input).map(formatProblem);
}

/** Where the problems are, without what they say. */
export function places(text: string, input: Partial<ParseInput> = {}): string[] {
  return all(text, input).map(
    ({ file, line, column, message }) => `${file}:${line}:${column} ${message.split(/[:;] /, 1)}`,
  );
}

export function warnings(text: string, input: Partial<ParseInput> = {}): string[] {
  const result = load(text, input);
  return result.ok ? result.warnings.map(formatProblem) : [`not loaded: ${result.problems.map(formatProblem)}`];
}

function all(text: string, input: Partial<ParseInput>): readonly Problem[] {
  const result = load(text, input);
  return result.ok ? [] : result.problems;
}
