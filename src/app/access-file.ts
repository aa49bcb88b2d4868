import { closeSync, constants, openSync } from 'node:fs';
import type { Config } from '../config/types.ts';
import { fileFailure } from '../lib/file-failure.ts';
import { UnderstudyError } from '../model/errors.ts';

/**
 * Opens the file of the access log once, and creates it, so that faults show before clients come.
 *
 * @throws UnderstudyError `access_log_unusable`
 */
export function tryAccessFile({ format, file }: Config['log']['access']): void {
  if (format === 'off' || file === undefined) return;
  const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK } = constants;
  try {
    closeSync(openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, 0o600));
  } catch (error) {
    // A FIFO without a reader yet.
    if ((error as NodeJS.ErrnoException).code === 'ENXIO') return;
    throw new UnderstudyError(
      'access_log_unusable',
      `log.access.file ${file}: can not be written to: ${fileFailure(error)}; create its directory, let this user write there, or name another file`,
      { cause: error },
    );
  }
}
