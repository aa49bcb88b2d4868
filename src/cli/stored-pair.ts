import { readFileSync } from 'node:fs';
import type * as z from 'zod';
import { readShape } from '../admin/faults.ts';
import { exchangeFile } from '../admin/schemas.ts';
import { fileFailure } from '../lib/file-failure.ts';
import { UnderstudyError } from '../model/errors.ts';

const WHAT = 'one exchange as returned by GET /api/v1/exchanges/{id}';
const MOST_FAULTS = 10;

export type StoredPair = z.infer<typeof exchangeFile>;

/** Reads an exchange in the form of the admin API. Throws `config_invalid` with everything that is wrong with the file. */
export function readStoredPair(file: string): StoredPair {
  const shaped = readShape(exchangeFile, parse(read(file), file), 'the file');
  if ('value' in shaped) return shaped.value;
  const { faults } = shaped;
  const listed = faults.slice(0, MOST_FAULTS).map((fault) => `\n  ${fault}`);
  const rest = faults.length > MOST_FAULTS ? `\n  and ${faults.length - MOST_FAULTS} more` : '';
  throw new UnderstudyError(
    'config_invalid',
    `${file}: not a recorded exchange; allowed: ${WHAT}${listed.join('')}${rest}`,
  );
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UnderstudyError(
      'config_invalid',
      `${file}: cannot be read; found ${fileFailure(error)}; allowed: ${WHAT}`,
    );
  }
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UnderstudyError(
      'config_invalid',
      `${file}: not JSON; found ${(error as Error).message}; allowed: ${WHAT}`,
    );
  }
}
