import { formatAddress } from '../config/address.ts';
import { MEMORY } from '../config/store-url.ts';
import type { Config } from '../config/types.ts';
import { plural } from '../lib/figures.ts';
import { printable } from '../lib/printable.ts';
import { UnderstudyError } from '../model/errors.ts';
import { TRIAGE_STATES } from '../model/triage.ts';
import { storePath } from '../record/open-store.ts';
import { StoreError } from '../record/store-error.ts';
import { expectationInWords, type MarkRequest, readMark } from '../results/triage.ts';
import { AdminClient, AdminRefusal } from './admin-client.ts';
import { loadedConfig } from './configured.ts';
import { EXIT } from './exit.ts';
import { failed } from './failed.ts';
import { readArguments, usage } from './flags.ts';
import type { Io } from './io.ts';
import { changeUnusedStore } from './unused-store.ts';

const FORMS = {
  reason: { type: 'string' },
  owner: { type: 'string' },
  until: { type: 'string' },
  service: { type: 'string' },
  store: { type: 'string' },
  admin: { type: 'string' },
  config: { type: 'string', short: 'c' },
  help: { type: 'boolean', short: 'h' },
} as const;

const USAGE = `Usage: understudy mark ID... expected --reason TEXT [--owner NAME] [--until DATE] [FLAGS]
       understudy mark ID... fixed [--reason TEXT] [FLAGS]
       understudy mark ID... open [FLAGS]

Marks signatures of mismatches or failures, with everything that they name, for all rehearsals of their service.
What is expected does not count against the verdict until the date is past; what is fixed opens again when it is
seen again. The report names the ids. To expect one place alone, whatever else differs, write a rule.

  --reason TEXT       why it is expected, or what fixed it
  --owner NAME        who knows of it
  --until DATE        the last day on which it is expected, as YYYY-MM-DD in UTC
  --service NAME      only signatures of this service
  --store FILE        in the store of a proxy that is not running: a file, or sqlite:FILE
  --admin URL         through a running proxy, at its admin address: http://HOST:PORT, or HOST:PORT
  -c, --config FILE   the YAML file of the proxy
  -h, --help          print this

Without --store and --admin it is the proxy of the configuration, which is found as by serve: its store, or, if it
is running, its admin address. The token of the admin API is read from UNDERSTUDY_ADMIN_TOKEN.
Exit code: 0 if all are marked; 1 if the admin API can't be reached or fails; 2 for any other error. Then none is marked.
`;

/** The action that the arguments ask for. */
interface Request {
  readonly ids: readonly string[];
  readonly service?: string;
  readonly request: MarkRequest;
}

/** Resolves to the exit code. */
export async function mark(argv: readonly string[], io: Io): Promise<number> {
  try {
    const { flags, operands } = readArguments(argv, FORMS);
    if (flags.has('help')) {
      io.stdout.write(USAGE);
      return EXIT.good;
    }
    const request = requestOf(flags, operands);
    const said = saidInWords(request, io.now);
    const where = await markWhere(request, flags, io);
    io.stdout.write(`${printable(`${where}: marked ${plural(request.ids.length, 'signature')} as ${said}`)}\n`);
    return EXIT.good;
  } catch (error) {
    return failed('mark', error, io.stderr);
  }
}

function requestOf(flags: ReadonlyMap<string, string>, operands: readonly string[]): Request {
  const allowed = `ids and one of ${TRIAGE_STATES.join(', ')}`;
  const isState = (operand: string) => TRIAGE_STATES.some((state) => state === operand);
  const [states, ids] = [operands.filter(isState), operands.filter((operand) => !isState(operand))];
  if (states.length !== 1 || ids.length === 0) {
    throw usage(`found ${operands.length === 0 ? 'nothing' : JSON.stringify(operands.join(' '))}; allowed: ${allowed}`);
  }
  const service = flags.get('service');
  return {
    ids: [...new Set(ids)],
    ...(service !== undefined && { service }),
    request: {
      state: states[0] as MarkRequest['state'],
      reason: flags.get('reason'),
      owner: flags.get('owner'),
      until: flags.get('until'),
    },
  };
}

function saidInWords({ request }: Request, now: number): string {
  const { mark: said } = checked(request, now);
  if (said === 'open') return 'open';
  if (said.state === 'expected') return `expected: ${expectationInWords(said)}`;
  return said.reason === undefined ? 'fixed' : `fixed: ${said.reason}`;
}

function checked(request: MarkRequest, now: number) {
  const read = readMark(request, now);
  if ('wrong' in read) throw usage(`--${read.member}: ${read.wrong}`);
  return read;
}

/** Resolves to where the signatures were marked. */
async function markWhere(request: Request, flags: ReadonlyMap<string, string>, io: Io): Promise<string> {
  const [store, admin] = [flags.get('store'), flags.get('admin')];
  const token = io.env['UNDERSTUDY_ADMIN_TOKEN'] || undefined;
  if (store !== undefined && admin !== undefined) throw usage('found both --store and --admin; allowed: one of them');
  if (admin !== undefined) return markRunning(new AdminClient(admin, token), request);
  if (store !== undefined) return markStored(store, request, io);
  const config = loadedConfig(flags.get('config'), io.env);
  const running = () => markRunning(new AdminClient(reachable(config), config.admin.token ?? token), request);
  if (config.store.path === MEMORY) return running();
  try {
    return await markStored(config.store.path, request, io);
  } catch (error) {
    if (error instanceof StoreError && error.fault === 'claimed') return running();
    throw error;
  }
}

async function markStored(url: string, { request, ...which }: Request, { now, stderr }: Io): Promise<string> {
  const { mark: said } = checked(request, now);
  const warn = (message: string) => stderr.write(`warning: ${message}\n`);
  const result = await changeUnusedStore(url, { now, warn, verb: 'mark' }, (store) =>
    store.mark({ ...which, mark: said }),
  );
  const where = `store ${storePath(url)}`;
  if ('unknown' in result) throw unknownIds(where, result.unknown);
  return where;
}

/** Looks up all of them first, so that a wrong id leaves none marked. */
async function markRunning(client: AdminClient, { ids, service, request }: Request): Promise<string> {
  await client.results();
  const unknown: string[] = [];
  for (const id of ids) {
    const found = await client.call('GET', pathOf(id)).then(() => true, absent);
    if (!found) unknown.push(id);
  }
  if (unknown.length > 0) throw unknownIds(client.base, unknown);
  const query = service === undefined ? '' : `?service=${encodeURIComponent(service)}`;
  for (const id of ids) {
    const marked = await client.call('PUT', `${pathOf(id)}/state${query}`, request).then(() => true, absent);
    if (!marked) throw unknownIds(client.base, [id]);
  }
  return client.base;
}

function pathOf(id: string): string {
  return `/api/v1/signatures/${encodeURIComponent(id)}`;
}

function absent(error: unknown): false {
  if (error instanceof AdminRefusal && error.status === 404) return false;
  throw error;
}

/** An address that means "all interfaces" is reached through loopback. */
function reachable({ admin: { host, port } }: Config): string {
  return formatAddress({ host: host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host, port });
}

function unknownIds(where: string, ids: readonly string[]): UnderstudyError {
  const known = 'the report and the dashboard show all ids; nothing was marked';
  return new UnderstudyError('config_invalid', `${where}: no signature has the id ${ids.join(', ')}; ${known}`);
}
