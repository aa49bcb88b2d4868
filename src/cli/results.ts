import { count, moment, plural } from '../lib/figures.ts';
import { printable } from '../lib/printable.ts';
import { clearRunning } from './clear-running.ts';
import { type Cleared, clearStore } from './clear-store.ts';
import { EXIT } from './exit.ts';
import { failed } from './failed.ts';
import { readArguments, usage } from './flags.ts';
import type { Io } from './io.ts';

const FORMS = {
  store: { type: 'string' },
  admin: { type: 'string' },
  rehearsal: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const USAGE = `Usage: understudy results clear (--store FILE | --admin URL)

Deletes all recorded results, and prints what they were. This cannot be undone. The key of the tokens, marks,
rollouts and experiments are kept.

  --store FILE   in the store of a proxy that is not running: a file, or sqlite:FILE
  --admin URL    of a running proxy, at its admin address: http://HOST:PORT, or HOST:PORT
  --rehearsal ID only those of one rehearsal, by its id, version or label
  -h, --help     print this

The token of the admin API is read from UNDERSTUDY_ADMIN_TOKEN.
Exit code: 0 if they are deleted, 1 if the admin API can't be reached or fails, 2 for any other error.
`;

/** Resolves to the exit code. */
export async function results(argv: readonly string[], io: Io): Promise<number> {
  try {
    const { flags, operands } = readArguments(argv, FORMS);
    if (flags.has('help')) {
      io.stdout.write(USAGE);
      return EXIT.good;
    }
    if (operands.length !== 1 || operands[0] !== 'clear') {
      throw usage(`found ${operands.length === 0 ? 'nothing' : JSON.stringify(operands.join(' '))}; allowed: clear`);
    }
    const cleared = await clear(flags.get('store'), flags.get('admin'), flags.get('rehearsal'), io);
    io.stdout.write(`${printable(clearedInWords(cleared))}\n`);
    return EXIT.good;
  } catch (error) {
    return failed('results', error, io.stderr);
  }
}

/** The target must be named, because results can't be restored. */
function clear(
  store: string | undefined,
  admin: string | undefined,
  rehearsal: string | undefined,
  { env, now, stderr }: Io,
): Promise<Cleared> {
  if (store !== undefined && admin !== undefined) throw usage('found both --store and --admin; allowed: one of them');
  if (admin !== undefined) return clearRunning(admin, env['UNDERSTUDY_ADMIN_TOKEN'] || undefined, rehearsal);
  if (store === undefined) throw usage('found neither --store nor --admin; allowed: one of them, to say which results');
  const warn = (message: string) => void stderr.write(`warning: ${message}\n`);
  return clearStore(store, { now, warn, ...(rehearsal !== undefined && { rehearsal }) });
}

function clearedInWords({ of, requests, outcomes, from, to }: Cleared): string {
  if (requests === 0) return `${of}: no requests were recorded; anything else was deleted`;
  const span = from === undefined || to === undefined ? '' : `, recorded from ${moment(from)}Z to ${moment(to)}Z`;
  const endings = outcomes.map(({ ending, count: times }) => `${count(times)} ${ending}`).join(', ');
  return `${of}: deleted the results of ${plural(requests, 'request')} (${endings || 'none settled'})${span}`;
}
