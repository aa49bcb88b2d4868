import { writeFileSync } from 'node:fs';
import { parseDuration } from '../lib/duration.ts';
import { fileFailure } from '../lib/file-failure.ts';
import { printableJson } from '../lib/printable.ts';
import type { UnderstudyError } from '../model/errors.ts';
import type { StoreReader, TimeWindow } from '../model/store-reader.ts';
import { openReader } from '../record/open-store.ts';
import { type Scheme, schemeOf } from '../results/exchange/curl.ts';
import { type RouteNoise, readNoise } from '../results/noise.ts';
import { buildReport, type Report } from '../results/report.ts';
import { scopeMeant } from '../results/scope.ts';
import { writeReport } from '../results/written/report-file.ts';
import { loadedConfig } from './configured.ts';
import { EXIT } from './exit.ts';
import { failed } from './failed.ts';
import { readArguments, refuseOperands, usage } from './flags.ts';
import type { Io } from './io.ts';
import { renderNoise } from './noise-text.ts';
import { renderReport } from './report-text.ts';

const FORMS = {
  store: { type: 'string' },
  config: { type: 'string', short: 'c' },
  json: { type: 'boolean' },
  service: { type: 'string' },
  route: { type: 'string' },
  rehearsal: { type: 'string' },
  against: { type: 'string' },
  since: { type: 'string' },
  limit: { type: 'string' },
  all: { type: 'boolean' },
  rules: { type: 'boolean' },
  html: { type: 'string' },
  cause: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const USAGE = `Usage: understudy report [FLAGS]

  --store FILE        the results: a file, or sqlite:FILE; it may be in use
  -c, --config FILE   the YAML file that names it
  --service NAME      only this service
  --route NAME        only this route, in each service that has it
  --rehearsal ID      an earlier rehearsal, by its id, version or label (the present one)
  --against ID        another rehearsal: lists mismatches that are new, gone or still there
  --since DURATION    only what was recorded in the last 10m, 1h, 2d …
  --limit NUMBER      how many causes of mismatches are listed, the most severe first (20)
  --all               list all causes; with --json this is the default, unless there is a --limit
  --rules             print, in place of the report, what differs by itself, as rules for the configuration
  --html FILE         write it as one HTML file that needs no other, to be attached to a ticket
  --cause ID          with --html: only this cause, with its examples; the dashboard shows the id
  --json              for programs; it has a schemaVersion
  -h, --help          print this

Without --store and --config the store is found as by serve.
`;

const USUAL_WIDTH = 100;
const MOST_LISTED = 1000;

/** Resolves to the exit code. */
export async function report(argv: readonly string[], io: Io): Promise<number> {
  try {
    const { flags, operands } = readArguments(argv, FORMS);
    if (flags.has('help')) {
      io.stdout.write(USAGE);
      return EXIT.good;
    }
    refuseOperands(operands);
    if (flags.has('rules')) {
      const noise = await readRules(flags, io);
      io.stdout.write(flags.has('json') ? `${printableJson({ schemaVersion: 1, noise })}\n` : renderNoise(noise));
      return EXIT.good;
    }
    if (flags.has('html')) {
      await writeHtml(flags.get('html')!, flags, io);
      return EXIT.good;
    }
    if (flags.has('cause')) throw usage('--cause: found without --html; allowed: together with it');
    const found = await read(flags, io);
    io.stdout.write(flags.has('json') ? `${printableJson(found)}\n` : renderReport(found, terminalOf(io)));
    return EXIT.good;
  } catch (error) {
    return failed('report', error, io.stderr);
  }
}

async function readRules(flags: ReadonlyMap<string, string>, { env, now }: Io): Promise<readonly RouteNoise[]> {
  for (const flag of ['against', 'limit', 'all'])
    if (flags.has(flag)) throw usage(`--${flag}: found together with --rules; allowed: one of them`);
  const window = windowOf(flags.get('since'), now);
  const route = flags.get('route');
  const reader = await openReader(sourceOf(flags, env).store);
  try {
    const scope = await scopeMeant(reader, { service: flags.get('service'), rehearsal: flags.get('rehearsal') });
    return await readNoise(reader, { window, scope, ...(route !== undefined && { route }) });
  } finally {
    await reader.close();
  }
}

const LISTED = 50;

async function writeHtml(file: string, flags: ReadonlyMap<string, string>, { env, now, stdout }: Io): Promise<void> {
  for (const flag of ['against', 'json', 'rules'])
    if (flags.has(flag)) throw usage(`--${flag}: found together with --html; allowed: one of them`);
  const { limit = LISTED } = limitOf(flags);
  const asked = Object.fromEntries(
    ['service', 'rehearsal', 'route', 'cause'].flatMap((flag) => (flags.has(flag) ? [[flag, flags.get(flag)!]] : [])),
  );
  const { store, scheme } = sourceOf(flags, env);
  const reader = await openReader(store);
  try {
    const window = windowOf(flags.get('since'), now);
    const written = await writeReport(reader, { ...asked, window, now, limit, form: 'html', scheme });
    if (written === undefined) throw await nothingFound(reader, flags, window);
    save(file, written);
    stdout.write(`written to ${file}\n`);
  } finally {
    await reader.close();
  }
}

async function nothingFound(
  reader: StoreReader,
  flags: ReadonlyMap<string, string>,
  window: TimeWindow,
): Promise<UnderstudyError> {
  const [cause, route, service, rehearsal] = ['cause', 'route', 'service', 'rehearsal'].map((flag) => flags.get(flag));
  if (cause !== undefined) return usage(`--cause: found ${JSON.stringify(cause)}; allowed: an id of /api/v1/causes`);
  const { routes } = await reader.summary(window, await scopeMeant(reader, { service, rehearsal }));
  return usage(`--route: nothing recorded for ${JSON.stringify(route)}; allowed: ${namesOf(routes)}`);
}

function save(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw usage(`--html: ${file} cannot be written; found ${fileFailure(error)}; allowed: a file that can be written`);
  }
}

interface Source {
  readonly store: string;
  /** Of the clients' requests. A store alone does not tell. */
  readonly scheme: Scheme;
}

function sourceOf(flags: ReadonlyMap<string, string>, env: Io['env']): Source {
  const [store, file] = [flags.get('store'), flags.get('config')];
  if (store !== undefined && file === undefined) return { store, scheme: 'http' };
  const config = loadedConfig(file, env);
  return { store: store ?? config.store.path, scheme: schemeOf(config.listen) };
}

async function read(flags: ReadonlyMap<string, string>, { env, now }: Io): Promise<Report> {
  const window = windowOf(flags.get('since'), now);
  const limit = limitOf(flags);
  const route = flags.get('route');
  const reader = await openReader(sourceOf(flags, env).store);
  try {
    const [service, rehearsal, against] = ['service', 'rehearsal', 'against'].map((flag) => flags.get(flag));
    const found = await buildReport(reader, {
      ...(route !== undefined && { route }),
      ...(service !== undefined && { service }),
      ...(rehearsal !== undefined && { rehearsal }),
      ...(against !== undefined && { against }),
      ...limit,
      window,
      now,
    });
    if (route !== undefined && found.routes.length === 0) throw await nothingFound(reader, flags, window);
    return found;
  } finally {
    await reader.close();
  }
}

function namesOf(routes: readonly { readonly route: string }[]): string {
  const names = new Set(routes.map(({ route }) => route));
  return names.size === 0 ? 'none, since there is nothing' : [...names].join(', ');
}

function windowOf(since: string | undefined, now: number): TimeWindow {
  if (since === undefined) return {};
  const age = parseDuration(since);
  if (age === undefined) {
    throw usage(`--since: not a duration; found ${JSON.stringify(since)}; allowed: 30s, 10m, 1h, 2d and the like`);
  }
  return { from: now - age };
}

function limitOf(flags: ReadonlyMap<string, string>): { readonly limit?: number } {
  const written = flags.get('limit');
  if (written === undefined) return flags.has('all') || flags.has('json') ? { limit: Number.POSITIVE_INFINITY } : {};
  if (flags.has('all')) throw usage('--limit: found together with --all; allowed: one of them');
  const limit = /^[0-9]{1,4}$/.test(written) ? Number(written) : 0;
  if (limit >= 1 && limit <= MOST_LISTED) return { limit };
  throw usage(`--limit: not a number of rows; found ${JSON.stringify(written)}; allowed: 1 to ${MOST_LISTED}`);
}

function terminalOf({ stdout, env }: Io) {
  const terminal = stdout.isTTY === true;
  return {
    width: stdout.columns ?? USUAL_WIDTH,
    color: terminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
  };
}
