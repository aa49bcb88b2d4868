import { loadConfig } from '../app/load-config.ts';
import { formatProblem } from '../config/problem.ts';
import type { Config } from '../config/types.ts';
import { UnderstudyError } from '../model/errors.ts';
import type { Io } from './io.ts';

/** The configuration as serve would find it; warnings go to stderr. Throws `config_invalid` with all its problems. */
export function configured(file: string | undefined, { env, now, stderr }: Io): Config {
  const loaded = loadConfig({ ...(file !== undefined && { file }), env, now });
  if (!loaded.ok) throw new UnderstudyError('config_invalid', loaded.problems.map(formatProblem).join('\n'));
  for (const warning of loaded.warnings) stderr.write(`warning: ${formatProblem(warning)}\n`);
  return loaded.config;
}
