import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseDuration } from '../lib/duration.ts';
import { fileFailure } from '../lib/file-failure.ts';
import { printableJson } from '../lib/printable.ts';
import { parseShare } from '../lib/share.ts';
import { UnderstudyError } from '../model/errors.ts';
import type { Verdict } from '../results/verdict.ts';
import type { VerdictQuestion } from '../results/verdict-question.ts';
import { loadedConfig } from './configured.ts';
import { EXIT, exitOf } from './exit.ts';
import { readArguments, refuseOperands, usage, wrongUsage } from './flags.ts';
import { junit, markdown } from './gate-reports.ts';
import { fromAdmin, fromStore, type VerdictSource } from './gate-source.ts';
import type { Io } from './io.ts';
import { Progress } from './progress.ts';
import { gateText } from './verdict-text.ts';

const FORMS = {
  admin: { type: 'string' },
  store: { type: 'string' },
  config: { type: 'string', short: 'c' },
  timeout: { type: 'string' },
  service: { type: 'string' },
  route: { type: 'string' },
  rehearsal: { type: 'string' },
  baseline: { type: 'string' },
  epsilon: { type: 'string' },
  margin: { type: 'string' },
  'min-exchanges': { type: 'string' },
  json: { type: 'boolean' },
  junit: { type: 'string' },
  markdown: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const USAGE = `Usage: understudy gate [FLAGS]

Waits until a pass or a regression is proven, and reports it as the exit code.

  --admin ADDR        a running proxy; its token is read from UNDERSTUDY_ADMIN_TOKEN
  --store FILE        or the results: a file or sqlite:FILE; it may be in use
  -c, --config FILE   or the YAML file that names the store
  --timeout DURATION  how long to wait (10m); 0s asks once
  --service NAME      only this service
  --route NAME        only this route
  --rehearsal ID      the rehearsal with this id, version or label, in place of the present one; if there
                      is none yet, the gate waits for it
  --baseline ID       an earlier rehearsal: places that had mismatches in it are ignored
  --epsilon SHARE     the rate of mismatches that a pass allows, in place of the configured one (0.1%)
  --margin SHARE      how much slower the shadow may be, in place of the configured margin (5%); times were
                      recorded with that, so another margin may leave the verdict inconclusive
  --min-exchanges N   compared exchanges that a route needs to pass, in place of the configured number
  --json              print the whole verdict for programs, as in config/verdict.schema.json
  --junit FILE        write a JUnit report, with a case for each route and check
  --markdown FILE     write a summary for people
  -h, --help          print this

Exit code: 0 pass, 1 regression, 2 wrong usage or configuration, 3 inconclusive, 4 invalid. A timeout
never turns an uncertain result into a pass.
`;

const REPORTS = [
  { flag: 'junit', render: junit },
  { flag: 'markdown', render: markdown },
] as const;

/** Milliseconds. */
const POLL = 1_000;

/** How the gate waits, and for how long. */
export interface Waiting {
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Resolves to the exit code. */
export async function gate(
  argv: readonly string[],
  io: Io,
  waiting: Waiting = { sleep, now: Date.now },
): Promise<number> {
  try {
    const { flags, operands } = readArguments(argv, FORMS);
    if (flags.has('help')) {
      io.stdout.write(USAGE);
      return EXIT.good;
    }
    refuseOperands(operands);
    const timeout = timeoutOf(flags.get('timeout') ?? '10m');
    const question = questionOf(flags);
    const source = sourceOf(flags, io.env);
    const reports = REPORTS.flatMap(({ flag, render }) => {
      const file = flags.get(flag);
      return file === undefined ? [] : [{ file, render }];
    });
    // Files that can't be written are reported before the wait, not after it.
    for (const { file } of reports) write(file, '', 'a');
    const verdict = await waitFor(() => source(question, waiting.now()), { timeout, waiting, io });
    io.stdout.write(flags.has('json') ? `${printableJson(verdict)}\n` : gateText(verdict));
    for (const { file, render } of reports) write(file, render(verdict), 'w');
    return exitOf(verdict.verdict);
  } catch (error) {
    if (!(error instanceof UnderstudyError)) throw error;
    io.stderr.write(error.code === 'usage' ? wrongUsage('gate', error) : `gate: ${error.message}\n`);
    return EXIT.usage;
  }
}

/** Asks until a pass or a regression is proven. */
async function waitFor(
  ask: () => Promise<Verdict>,
  { timeout, waiting, io }: { readonly timeout: number; readonly waiting: Waiting; readonly io: Io },
): Promise<Verdict> {
  const progress = new Progress(io);
  const until = waiting.now() + timeout;
  let known: Verdict | undefined;
  for (;;) {
    known = await askAgain(ask, known);
    const left = until - waiting.now();
    if (known.verdict === 'pass' || known.verdict === 'regression' || left <= 0) {
      progress.end();
      return known;
    }
    progress.show(known, waiting.now());
    await waiting.sleep(Math.min(POLL, left));
  }
}

/** A proxy that responded before may be restarting. Until it is back, nothing is known. */
async function askAgain(ask: () => Promise<Verdict>, before: Verdict | undefined): Promise<Verdict> {
  try {
    return await ask();
  } catch (error) {
    const { code, message } = error as UnderstudyError;
    if (before === undefined || (code !== 'unreachable_admin' && code !== 'store_unusable')) throw error;
    const services = before.services.map((service) => ({
      ...service,
      verdict: 'invalid' as const,
      reasons: [message],
      faults: [{ name: 'no_data' as const, detail: message }],
    }));
    return { ...before, verdict: 'invalid', services };
  }
}

function sourceOf(flags: ReadonlyMap<string, string>, env: Io['env']): VerdictSource {
  const named = ['admin', 'store', 'config'].filter((flag) => flags.has(flag));
  if (named.length > 1) throw usage(`found --${named.join(' and --')}; allowed: one of them`);
  const admin = flags.get('admin');
  if (admin !== undefined) return fromAdmin(admin, env['UNDERSTUDY_ADMIN_TOKEN'] || undefined);
  const store = flags.get('store');
  if (store !== undefined) return fromStore(store);
  const file = flags.get('config');
  return fromStore(loadedConfig(file, env).store.path);
}

function questionOf(flags: ReadonlyMap<string, string>): VerdictQuestion {
  const named = (['service', 'route', 'rehearsal', 'baseline'] as const).filter((name) => flags.has(name));
  const [epsilon, margin, least] = [flags.get('epsilon'), flags.get('margin'), flags.get('min-exchanges')];
  return {
    ...Object.fromEntries(named.map((name) => [name, flags.get(name)])),
    overrides: {
      ...(epsilon !== undefined && { epsilon: shareOf('epsilon', epsilon, 0.0001, 50) }),
      ...(margin !== undefined && { margin: shareOf('margin', margin, 0, 100) }),
      ...(least !== undefined && { minExchanges: leastOf(least) }),
    },
  };
}

/** Bounds in percent. */
function shareOf(flag: string, text: string, min: number, max: number): number {
  const share = parseShare(text);
  if (share !== undefined && share >= min / 100 && share <= max / 100) return share;
  throw usage(`--${flag}: found ${JSON.stringify(text)}; allowed: a percentage, from ${min}% to ${max}%`);
}

function leastOf(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw usage(`--min-exchanges: found ${JSON.stringify(text)}; allowed: a whole number from 0 to 999999999`);
}

function timeoutOf(text: string): number {
  const timeout = parseDuration(text);
  if (timeout !== undefined) return timeout;
  throw usage(`--timeout: not a duration; found ${JSON.stringify(text)}; allowed: 30s, 10m, 1h and the like`);
}

function write(file: string, text: string, flag: 'a' | 'w'): void {
  try {
    writeFileSync(file, text, { flag });
  } catch (error) {
    throw usage(`${file}: ${fileFailure(error)}`);
  }
}
