import { loadConfig } from '../app/load-config.ts';
import { formatProblem } from '../config/problem.ts';
import type { Config } from '../config/types.ts';
import { UnderstudyError } from '../model/errors.ts';
import type { Io } from './io.ts';

/** The configuration as serve finds it. Throws `config_invalid` with all its problems. */
export function loadedConfig(file: string | undefined, env: Io['env']): Config {
  return load(file, { env }).config;
}

/** The same; warnings go to stderr. */
export function configured(file: string | undefined, { env, now, stderr }: Io): Config {
  const { config, warnings } = load(file, { env, now });
  for (const warning of warnings) stderr.write(`warning: ${formatProblem(warning)}\n`);
  return config;
}

function load(file: string | undefined, input: Parameters<typeof loadConfig>[0]) {
  const loaded = loadConfig({ ...input, ...(file !== undefined && { file }) });
  if (!loaded.ok) throw new UnderstudyError('config_invalid', loaded.problems.map(formatProblem).join('\n'));
  return loaded;
}
