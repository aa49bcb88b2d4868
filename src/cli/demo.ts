import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../app/load-config.ts';
import { Understudy } from '../app/understudy.ts';
import { formatProblem } from '../config/problem.ts';
import { parseDuration } from '../lib/duration.ts';
import { LineOutput } from '../lib/line-output.ts';
import { createLogger } from '../lib/log.ts';
import { UnderstudyError } from '../model/errors.ts';
import { type LoadProgress, playLoad } from './demo/load.ts';
import { type PlannedRequest, planRequests } from './demo/plan.ts';
import { startService } from './demo/service.ts';
import { EXIT } from './exit.ts';
import { readArguments, refuseOperands, usage } from './flags.ts';
import type { Io } from './io.ts';
import { report } from './report.ts';
import { onSignals } from './signals.ts';

const FORMS = {
  duration: { type: 'string' },
  rate: { type: 'string' },
  seed: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const USAGE = `Usage: understudy demo [FLAGS]

Starts a small box office, its next edition with seven mistakes in it, and a control; puts Understudy between them
and an audience; ends with the report. Everything is on loopback, on free ports, and gone afterwards.

  --duration TIME     how long the audience stays         (12s)
  --rate NUMBER       its requests a second               (300)
  --seed NUMBER       the same requests for the same seed (1)
  -h, --help          print this

Ctrl-C ends it early, with the report so far.
`;

const CONFIG = fileURLToPath(new URL('../../config/demo.yaml', import.meta.url));

interface Settings {
  readonly requests: readonly PlannedRequest[];
  /** Requests a second. */
  readonly rate: number;
}

/** Resolves to the exit code. */
export async function demo(argv: readonly string[], io: Omit<Io, 'now'>): Promise<number> {
  let settings: Settings | 'help';
  try {
    settings = readSettings(argv);
  } catch (error) {
    io.stderr.write(`demo: ${(error as Error).message}\n\n${USAGE}`);
    return EXIT.usage;
  }
  if (settings === 'help') {
    io.stdout.write(USAGE);
    return EXIT.good;
  }
  const curtain = new AbortController();
  const { promise: interrupted, resolve: interrupt } = Promise.withResolvers<number>();
  const stop = () => curtain.abort();
  onSignals({ stop, abort: () => interrupt(EXIT.interrupted), hangUp: stop });
  return Promise.race([perform(settings, io, curtain.signal), interrupted]);
}

async function perform(
  { requests, rate }: Settings,
  { stdout, stderr, env }: Omit<Io, 'now'>,
  signal: AbortSignal,
): Promise<number> {
  await using house = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'understudy-demo-'));
  house.defer(() => rm(directory, { recursive: true, force: true }));
  const store = join(directory, 'understudy.db');
  const [primary, shadow, control] = await Promise.all([
    startService('first'),
    startService('second'),
    startService('first'),
  ]);
  for (const { stop } of [primary, shadow, control]) house.defer(stop);

  const load = () =>
    loadConfig({
      file: CONFIG,
      env: { DEMO_PRIMARY: primary.url, DEMO_SHADOW: shadow.url, DEMO_CONTROL: control.url, DEMO_STORE: store },
    });
  const loaded = load();
  if (!loaded.ok) throw new UnderstudyError('config_invalid', loaded.problems.map(formatProblem).join('\n'));
  const understudy = await Understudy.start({
    config: loaded.config,
    load,
    log: createLogger(loaded.config.log, new LineOutput(2)),
  });
  house.defer(async () => void (await understudy.stop('now')));

  const { clients, admin } = understudy.addresses;
  stdout.write(`The box office is open.

  clients    http://${clients}   what the audience asks
  primary    ${primary.url}   the first edition, which answers it
  shadow     ${shadow.url}   the second edition, which rehearses, with seven mistakes
  control    ${control.url}   the first edition once more, to measure noise
  dashboard  http://${admin}/

`);
  const progress = progressLine(stdout, requests.length);
  const { failed } = await playLoad(`http://${clients}`, requests, { rate, signal, progress: progress.show });
  progress.end();
  if (failed > 0) stderr.write(`${failed} requests got no answer\n`);
  await understudy.stop('now');
  return report(['--store', store], { stdout, stderr, env, now: Date.now() });
}

/** One line that is written over and over on a terminal; elsewhere a line at the end. */
function progressLine(stdout: Io['stdout'], planned: number) {
  let last = '';
  const text = ({ sent, failed }: LoadProgress) =>
    `${sent} of ${planned} requests${failed === 0 ? '' : `, ${failed} without an answer`}`;
  return {
    show: (now: LoadProgress) => {
      last = text(now);
      if (stdout.isTTY === true) stdout.write(`\r${last}\u001b[K`);
    },
    end: () => stdout.write(stdout.isTTY === true ? '\n\n' : `${last}\n\n`),
  };
}

function readSettings(argv: readonly string[]): Settings | 'help' {
  const { flags, operands } = readArguments(argv, FORMS);
  if (flags.has('help')) return 'help';
  refuseOperands(operands);
  const duration = parseDuration(flags.get('duration') ?? '12s');
  if (duration === undefined || duration === 0) {
    throw usage(
      `--duration: not a duration; found ${JSON.stringify(flags.get('duration'))}; allowed: 12s, 1m and the like`,
    );
  }
  const rate = wholeNumber(flags, 'rate', 300, { from: 1, to: 2000 });
  const seed = wholeNumber(flags, 'seed', 1, { from: 0, to: 2 ** 32 - 1 });
  return { rate, requests: planRequests(Math.ceil((duration / 1000) * rate), seed) };
}

function wholeNumber(
  flags: ReadonlyMap<string, string>,
  name: string,
  fallback: number,
  { from, to }: { readonly from: number; readonly to: number },
): number {
  const written = flags.get(name) ?? String(fallback);
  const number = /^\d{1,10}$/.test(written) ? Number(written) : Number.NaN;
  if (number >= from && number <= to) return number;
  throw usage(`--${name}: found ${JSON.stringify(written)}; allowed: a whole number from ${from} to ${to}`);
}
