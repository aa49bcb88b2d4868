import { type ParseInput, parseConfigText } from '../../src/config/load.ts';
import { formatProblem } from '../../src/config/problem.ts';
import type { Config } from '../../src/config/types.ts';

/** The configuration that a text, which has to be a good one, gives on a machine with four CPUs and memory enough. */
export function configOf(text: string, input: Partial<ParseInput> = {}): Config {
  const result = parseConfigText(text, 'a.yaml', { env: {}, cpus: 4, memory: 'none', ...input });
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'));
  return result.config;
}
