import { type LoadResult, type ParseInput, parseConfigText } from '../../../src/config/load.ts';
import { formatProblem, type Problem } from '../../../src/config/problem.ts';
import type { Config } from '../../../src/config/types.ts';
import { configOf } from '../../support/config.ts';

export const NOW = Date.UTC(2026, 10, 20);

export function load(text: string, input: Partial<ParseInput> = {}): LoadResult {
  return parseConfigText(text, 'a.yaml', { env: {}, now: NOW, cpus: 4, ...input });
}

/** The configuration of a text without problems. */
export function config(text: string, input: Partial<ParseInput> = {}): Config {
  return configOf(text, { now: NOW, ...input });
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
