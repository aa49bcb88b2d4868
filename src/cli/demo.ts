import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../app/load-config.ts';
import { Understudy } from '../app/understudy.ts';
import { formatProblem } from '../config/problem.ts';
import { MEMORY } from '../config/store-url.ts';
import { parseDuration } from '../lib/duration.ts';
import { LineOutput } from '../lib/line-output.ts';
import { createLogger } from '../lib/log.ts';
import { UnderstudyError } from '../model/errors.ts';
import { storePath } from '../record/open-store.ts';
import { playLoad } from './demo/load.ts';
import { type PlannedRequest, planRequests } from './demo/plan.ts';
import { type EditionName, startService } from './demo/service.ts';
import { nextSteps, opening, progressLine } from './demo/text.ts';
import { VerdictWatch } from './demo/verdict-watch.ts';
import { EXIT } from './exit.ts';
import { readArguments, refuseOperands, usage, wrongUsage } from './flags.ts';
import { fromStore } from './gate-source.ts';
import type { Io } from './io.ts';
import { report } from './report.ts';
import { onSignals } from './signals.ts';

const FORMS = {
  same: { type: 'boolean' },
  duration: { type: 'string' },
  rate: { type: 'string' },
  seed: { type: 'string' },
  store: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const USAGE = `Usage: understudy demo [FLAGS]

Starts a small box office, its next edition with seven mistakes in it, and a control. Puts Understudy between them
and an audience until the verdict is known, and prints the report. Everything runs on loopback, on free ports, and is
removed afterwards.

  --same              the next edition is the same as the first: there are no mistakes, and the verdict is pass
  --duration TIME     how long the audience stays, at most (1m)
  --rate NUMBER       requests a second                   (300)
  --seed NUMBER       the same requests for the same seed (1)
  --store FILE        keep the results in this file, which must not exist yet
  -h, --help          print this

Ctrl-C ends it early, with the report so far.
`;

const CONFIG = fileURLToPath(new URL('../../config/demo.yaml', import.meta.url));

interface Settings {
  readonly requests: readonly PlannedRequest[];
  /** Requests a second. */
  readonly rate: number;
  readonly shadow: EditionName;
  /** The file of the results. By default they are deleted with the demo. */
  readonly store?: string;
}

/** Resolves to the exit code. */
export async function demo(argv: readonly string[], io: Omit<Io, 'now'>): Promise<number> {
  let settings: Settings | 'help';
  try {
    settings = readSettings(argv);
  } catch (error) {
    io.stderr.write(wrongUsage('demo', error as Error));
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
  try {
    return await Promise.race([perform(settings, io, curtain.signal), interrupted]);
  } catch (error) {
    if (!(error instanceof UnderstudyError)) throw error;
    io.stderr.write(`demo: ${error.message}\n`);
    return EXIT.usage;
  }
}

async function perform(
  { requests, rate, shadow: edition, store: kept }: Settings,
  { stdout, stderr, env }: Omit<Io, 'now'>,
  signal: AbortSignal,
): Promise<number> {
  await using house = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'understudy-demo-'));
  house.defer(() => rm(directory, { recursive: true, force: true }));
  const store = kept ?? join(directory, 'understudy.db');
  const [primary, shadow, control] = await Promise.all([
    startService('first'),
    startService(edition),
    startService('first'),
  ]);
  for (const { stop } of [primary, shadow, control]) house.defer(stop);

  const loadDemo = () =>
    loadConfig({
      file: CONFIG,
      env: { DEMO_PRIMARY: primary.url, DEMO_SHADOW: shadow.url, DEMO_CONTROL: control.url, DEMO_STORE: store },
    });
  const loaded = loadDemo();
  if (!loaded.ok) throw new UnderstudyError('config_invalid', loaded.problems.map(formatProblem).join('\n'));
  const understudy = await Understudy.start({
    config: loaded.config,
    load: loadDemo,
    log: createLogger(loaded.config.log, new LineOutput(2)),
  });
  house.defer(async () => void (await understudy.stop('now')));

  const { clients, admin } = understudy.addresses;
  const targets = { primary: primary.url, shadow: shadow.url, control: control.url };
  stdout.write(opening({ clients, admin, edition, targets, settings: loaded.config.verdict }));
  const watch = new VerdictWatch();
  const progress = progressLine(stdout, requests.length, watch);
  const load = playLoad(`http://${clients}`, requests, {
    rate,
    signal,
    isEnough: () => watch.isKnown,
    progress: progress.show,
  }).finally(() => watch.end());
  const [{ failed }] = await Promise.all([load, watch.follow(admin)]);
  progress.end();
  if (failed > 0) stderr.write(`${failed} requests got no response\n`);
  await understudy.stop('now');
  const code = await report(['--store', store], { stdout, stderr, env, now: Date.now() });
  stdout.write(nextSteps(await fromStore(store)({ overrides: {} }, Date.now()), kept));
  return code;
}

function readSettings(argv: readonly string[]): Settings | 'help' {
  const { flags, operands } = readArguments(argv, FORMS);
  if (flags.has('help')) return 'help';
  refuseOperands(operands);
  const duration = parseDuration(flags.get('duration') ?? '1m');
  if (duration === undefined || duration === 0) {
    throw usage(
      `--duration: not a duration; found ${JSON.stringify(flags.get('duration'))}; allowed: 12s, 1m and the like`,
    );
  }
  const rate = wholeNumber(flags, 'rate', 300, { from: 1, to: 2000 });
  const seed = wholeNumber(flags, 'seed', 1, { from: 0, to: 2 ** 32 - 1 });
  const store = storeOf(flags.get('store'));
  return {
    rate,
    requests: planRequests(Math.ceil((duration / 1000) * rate), seed),
    shadow: flags.has('same') ? 'first' : 'second',
    ...(store !== undefined && { store }),
  };
}

/** The demo needs an empty store of its own that keeps the results. */
function storeOf(url: string | undefined): string | undefined {
  const path = url === undefined ? undefined : storePath(url);
  if (path === undefined || (path !== MEMORY && !existsSync(path))) return path;
  throw usage(`--store: found ${JSON.stringify(url)}; allowed: a file that does not exist yet`);
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
