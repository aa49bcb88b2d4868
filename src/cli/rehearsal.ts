import * as z from 'zod';
import { rehearsalRow, rehearsal as rehearsalSchema } from '../admin/schemas.ts';
import { count, moment } from '../lib/figures.ts';
import { printable, printableJson } from '../lib/printable.ts';
import type { RehearsalRow } from '../model/store-reader.ts';
import { rehearsalInWords } from '../results/find-rehearsal.ts';
import { AdminClient } from './admin-client.ts';
import { EXIT } from './exit.ts';
import { failed } from './failed.ts';
import { readArguments, usage } from './flags.ts';
import type { Io } from './io.ts';
import { type Column, table } from './table.ts';

const FORMS = {
  admin: { type: 'string' },
  label: { type: 'string' },
  service: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const USAGE = `Usage: understudy rehearsal (new | list) [FLAGS]

  new             begin a rehearsal: copies from now on belong to it, earlier results are kept separately
  list            list the rehearsals, the present one first

  --admin URL     the admin address of the proxy: http://HOST:PORT, or HOST:PORT (127.0.0.1:9900)
  --label TEXT    with new: a description
  --service NAME  of this service; needed with new if there are several
  --json          for programs
  -h, --help      print this

The token of the admin API is read from UNDERSTUDY_ADMIN_TOKEN. A rehearsal begins by itself with each
new version from shadow.version or shadow.versionFrom.
Exit code: 0 for success, 1 if the admin API can't be reached or fails, 2 for any other error.
`;

const DEFAULT_ADMIN = '127.0.0.1:9900';
const USUAL_WIDTH = 100;
const listed = z.object({ rehearsals: z.array(rehearsalRow) });

/** Resolves to the exit code. */
export async function rehearsal(argv: readonly string[], io: Io): Promise<number> {
  try {
    const { flags, operands } = readArguments(argv, FORMS);
    if (flags.has('help')) {
      io.stdout.write(USAGE);
      return EXIT.good;
    }
    const client = new AdminClient(flags.get('admin') ?? DEFAULT_ADMIN, io.env['UNDERSTUDY_ADMIN_TOKEN'] || undefined);
    const [what, ...others] = operands;
    if (others.length > 0 || (what !== 'new' && what !== 'list')) {
      throw usage(
        `found ${operands.length === 0 ? 'nothing' : JSON.stringify(operands.join(' '))}; allowed: new, list`,
      );
    }
    io.stdout.write(what === 'new' ? await begin(client, flags) : await list(client, flags, io));
    return EXIT.good;
  } catch (error) {
    return failed('rehearsal', error, io.stderr);
  }
}

async function begin(client: AdminClient, flags: ReadonlyMap<string, string>): Promise<string> {
  const [label, service] = [flags.get('label'), flags.get('service')];
  const wanted = { ...(label !== undefined && { label }), ...(service !== undefined && { service }) };
  const begun = await client.read(rehearsalSchema, 'POST', '/api/v1/rehearsals', wanted);
  return flags.has('json') ? `${printableJson(begun)}\n` : `begun: ${printable(rehearsalInWords(begun))}\n`;
}

const COLUMNS: readonly Column[] = [
  { title: 'id', align: 'left' },
  { title: 'service', align: 'left' },
  { title: 'version', align: 'left' },
  { title: 'state', align: 'left' },
  { title: 'begun (UTC)', align: 'left' },
  { title: 'requests', align: 'right' },
  { title: 'label', align: 'left' },
];

async function list(client: AdminClient, flags: ReadonlyMap<string, string>, { stdout }: Io): Promise<string> {
  if (flags.has('label')) throw usage('--label: found with list; allowed: with new');
  const service = flags.get('service');
  const query = service === undefined ? '' : `?service=${encodeURIComponent(service)}`;
  const found = await client.read(listed, 'GET', `/api/v1/rehearsals${query}`);
  if (flags.has('json')) return `${printableJson(found)}\n`;
  if (found.rehearsals.length === 0) return 'No rehearsal has any results yet.\n';
  return `${table(COLUMNS, found.rehearsals.map(cells), stdout.columns ?? USUAL_WIDTH, (text) => text).join('\n')}\n`;
}

function cells({ id, service, version, state, begunAt, requests, label }: RehearsalRow): string[] {
  return [id, service, version ?? '', state, moment(begunAt), count(requests), label ?? ''].map(printable);
}
