import { UnderstudyError } from '../model/errors.ts';
import { EXIT } from './exit.ts';
import { wrongUsage } from './flags.ts';
import type { Io } from './io.ts';

/** Says what ended a command, and gives its exit code. What is no error of the user or the surroundings is thrown on. */
export function failed(command: string, error: unknown, stderr: Io['stderr']): number {
  if (!(error instanceof UnderstudyError)) throw error;
  stderr.write(error.code === 'usage' ? wrongUsage(command, error) : `${error.message}\n`);
  return error.code === 'unreachable_admin' ? EXIT.unhealthy : EXIT.usage;
}
