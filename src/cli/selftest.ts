import { count, plural, share } from '../lib/figures.ts';
import { printableJson } from '../lib/printable.ts';
import { type SelfTestRow, selfTest } from '../verdict/self-test.ts';
import { EXIT } from './exit.ts';
import { failed } from './failed.ts';
import { readArguments, refuseOperands, usage } from './flags.ts';
import type { Io } from './io.ts';

const FORMS = {
  seed: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const USAGE = `Usage: understudy selftest [FLAGS]

Tests the verdict on simulated services, with the code that judges real ones: equal versions, of which hardly any may
be called a regression, and versions with a fault, which must be found. Takes less than a minute.

  --seed NUMBER       seed of the simulation (1); equal seeds give equal results
  --json              for programs; it has a schemaVersion
  -h, --help          print this

Exit code: 0 if everything is as it should be, 4 if verdicts of this version can't be trusted.
`;

/** Resolves to the exit code. */
export async function selftest(argv: readonly string[], io: Io): Promise<number> {
  try {
    const { flags, operands } = readArguments(argv, FORMS);
    if (flags.has('help')) {
      io.stdout.write(USAGE);
      return EXIT.good;
    }
    refuseOperands(operands);
    const seed = readSeed(flags.get('seed') ?? '1');
    return tell(selfTest(seed), { seed, asJson: flags.has('json') }, io);
  } catch (error) {
    return failed('selftest', error, io.stderr);
  }
}

/** Prints each row as soon as it is known. Resolves to the exit code. */
export async function tell(
  results: Iterable<SelfTestRow>,
  { seed, asJson }: { readonly seed: number; readonly asJson: boolean },
  { stdout }: Pick<Io, 'stdout'>,
): Promise<number> {
  const rows: SelfTestRow[] = [];
  for (const row of results) {
    rows.push(row);
    if (!asJson) stdout.write(`${inWords(row)}\n`);
    // Lets the output be written before the next row keeps the thread busy.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const ok = rows.every((row) => row.ok);
  if (asJson) stdout.write(`${printableJson({ schemaVersion: 1, seed, ok, rows: rows.map(plain) })}\n`);
  else stdout.write(ok ? '\nThe verdict is as it should be.\n' : '\nFAILED: do not trust a verdict of this version.\n');
  return ok ? EXIT.good : EXIT.invalid;
}

/** `ok    slower by 20 %: found in 20 of 20 streams, after 2,300 exchanges in the median and 3,100 at most` */
function inWords(row: SelfTestRow): string {
  const { trial, alarms, allowed, ok } = row;
  const mark = ok ? 'ok    ' : 'FAILED';
  const streams = `${count(alarms.length)} of ${plural(trial.streams, 'stream')}`;
  if ('most' in allowed) {
    const rate = share(alarms.length, trial.streams);
    const told = `called a regression in ${streams} of ${count(trial.exchanges)} exchanges (${rate})`;
    return `${mark}  ${trial.name}: ${told}; up to ${count(allowed.most)} are chance`;
  }
  const after =
    alarms.length === 0
      ? ''
      : `, after ${count(medianOf(alarms))} exchanges in the median and ${count(alarms.at(-1)!)} at most`;
  return `${mark}  ${trial.name}: found in ${streams}${after}`;
}

function plain({ trial, alarms, allowed, ok }: SelfTestRow) {
  const { name, perSecond, exchanges, streams } = trial;
  return {
    name,
    perSecond,
    exchanges,
    streams,
    alarms: alarms.length,
    alarmRate: alarms.length / streams,
    allowed,
    ...(alarms.length === 0 ? {} : { delay: { median: medianOf(alarms), most: alarms.at(-1)! } }),
    ok,
  };
}

function medianOf(ascending: readonly number[]): number {
  return ascending[Math.floor(ascending.length / 2)]!;
}

function readSeed(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw usage(`--seed: found ${JSON.stringify(text)}; allowed: a whole number`);
  return Number(text);
}
