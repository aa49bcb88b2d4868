import { userInfo } from 'node:os';
import * as z from 'zod';
import { rolloutChange, rolloutStatus, rolloutStatuses } from '../admin/rollout-schema.ts';
import type { RolloutConfig, ServiceConfig } from '../config/types.ts';
import { signOverride } from '../edge/override.ts';
import { parseDuration } from '../lib/duration.ts';
import { printableJson } from '../lib/printable.ts';
import { UnderstudyError } from '../model/errors.ts';
import { COMMANDS, type Command } from '../rollout/lifecycle.ts';
import { AdminClient, AdminRefusal } from './admin-client.ts';
import { configured } from './configured.ts';
import { EXIT } from './exit.ts';
import { failed } from './failed.ts';
import { readArguments, usage } from './flags.ts';
import type { Io } from './io.ts';
import { historyText, statusText } from './rollout-text.ts';

const FORMS = {
  admin: { type: 'string' },
  by: { type: 'string' },
  config: { type: 'string', short: 'c' },
  for: { type: 'string' },
  json: { type: 'boolean' },
  reason: { type: 'string' },
  serves: { type: 'string' },
  service: { type: 'string' },
  test: { type: 'boolean' },
  yes: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const USAGE = `Usage: understudy rollout (status | history | start | promote | hold | rollback | release | sign) [FLAGS]

  status          where each rollout is, what is to be done, and why
  history         what happened, who did it and why
  start           begin with the first step, or go on after hold
  promote         take the next step
  hold            stay on this step, whatever the verdict says, until start or promote; a step that waits for a webhook
                  or for the store is cancelled (the setting rollout.hold is something else: how long each step lasts
                  at least)
  rollback        let production serve everybody, from the next request on, until release; also while a start waits
  release         after a rollback: begin anew. While the candidate serves everybody, it leads all users back to
                  production, and needs --yes
  sign            print the header with which a tester chooses a version (rollout.override); it holds from
                  start on, and not during a rollback

  --service NAME  of this service; needed if there are several
  --by NAME       who does it, for the history (the name of the user)
  --reason TEXT   why, for the history
  --yes           with release: also where that leads all users back to production
  --admin URL     the admin address of the proxy: http://HOST:PORT, or HOST:PORT (127.0.0.1:9900)
  --serves NAME   with sign: shadow (default) or primary
  --for DURATION  with sign: how long it is valid (8h)
  --test          with sign: of a test user, who is counted apart from real ones
  -c, --config F  with sign: the configuration that has the secret
  --json          for programs
  -h, --help      print this

The token of the admin API is read from UNDERSTUDY_ADMIN_TOKEN.
Exit code: 0 for success, 1 if the proxy refuses, can't be reached or fails, 2 for any other error.
`;

const DEFAULT_ADMIN = '127.0.0.1:9900';
const RETURNS =
  'The candidate serves everybody: release leads all users back to production at once. If the candidate is to stay, make it the primary in the configuration and reload. If they are to go back, say --yes.';
const DEFAULT_VALIDITY = '8h';
const changes = z.object({ changes: z.array(rolloutChange) });

type Flags = ReadonlyMap<string, string>;

/** Resolves to the exit code. */
export async function rollout(argv: readonly string[], io: Io): Promise<number> {
  try {
    const { flags, operands } = readArguments(argv, FORMS);
    if (flags.has('help')) {
      io.stdout.write(USAGE);
      return EXIT.good;
    }
    io.stdout.write(await textOf(operands, flags, io));
    return EXIT.good;
  } catch (error) {
    return failed('rollout', error, io.stderr);
  }
}

async function textOf(operands: readonly string[], flags: Flags, io: Io): Promise<string> {
  const [what, ...others] = operands;
  const command = COMMANDS.find((each) => each === what);
  if (others.length > 0 || !(command !== undefined || what === 'status' || what === 'history' || what === 'sign')) {
    const found = operands.length === 0 ? 'nothing' : JSON.stringify(operands.join(' '));
    throw usage(`found ${found}; allowed: status, history, ${COMMANDS.join(', ')}, sign`);
  }
  if (what === 'sign') return signed(flags, io);
  const client = new AdminClient(flags.get('admin') ?? DEFAULT_ADMIN, io.env['UNDERSTUDY_ADMIN_TOKEN'] || undefined);
  if (command !== undefined) return commanded(client, command, flags);
  return what === 'status' ? status(client, flags) : history(client, flags);
}

function queryOf(flags: Flags): string {
  const service = flags.get('service');
  return service === undefined ? '' : `?service=${encodeURIComponent(service)}`;
}

/** Rejects if the service that is named has none. */
async function rolloutsOf(client: AdminClient, flags: Flags): Promise<z.infer<typeof rolloutStatuses>> {
  const { rollouts } = await client.read(rolloutStatuses, 'GET', '/api/v1/rollout');
  const named = flags.get('service');
  if (named === undefined) return { rollouts };
  const found = rollouts.filter(({ service }) => service === named);
  if (found.length > 0) return { rollouts: found };
  const allowed =
    rollouts.map(({ service }) => service).join(', ') || 'none: no service has rollout in the configuration';
  throw new AdminRefusal(404, `--service: no such rollout; found ${JSON.stringify(named)}; allowed: ${allowed}`);
}

async function status(client: AdminClient, flags: Flags): Promise<string> {
  const found = await rolloutsOf(client, flags);
  if (flags.has('json')) return `${printableJson(found)}\n`;
  if (found.rollouts.length === 0) return 'No service has a rollout in the configuration.\n';
  return found.rollouts.map(statusText).join('\n');
}

async function history(client: AdminClient, flags: Flags): Promise<string> {
  const found = await client.read(changes, 'GET', `/api/v1/rollout/history${queryOf(flags)}`);
  // The history of a service outlives its rollout.
  if (found.changes.length === 0) await rolloutsOf(client, flags);
  if (flags.has('json')) return `${printableJson(found)}\n`;
  return found.changes.length === 0 ? 'Nothing has happened yet.\n' : historyText(found.changes);
}

async function commanded(client: AdminClient, command: Command, flags: Flags): Promise<string> {
  const [service, reason] = [flags.get('service'), flags.get('reason')];
  const order = {
    command,
    by: flags.get('by') ?? userInfo().username,
    ...(reason !== undefined && { reason }),
    ...(service !== undefined && { service }),
    ...(command === 'release' && (await knownForRelease(client, flags))),
  };
  const found = await client.read(rolloutStatus, 'POST', '/api/v1/rollout', order);
  return flags.has('json') ? `${printableJson(found)}\n` : statusText(found);
}

/**
 * The change that is known, so that nothing comes between the look and the command. Rejects where the command would move
 * all users and nobody said that this is meant.
 */
async function knownForRelease(client: AdminClient, flags: Flags): Promise<{ readonly revision?: number }> {
  const [only, ...others] = (await rolloutsOf(client, flags)).rollouts;
  // What is wrong then is told by the proxy.
  if (only === undefined || others.length > 0) return {};
  if (only.phase === 'full' && only.refusals.release === undefined && !flags.has('yes'))
    throw new AdminRefusal(409, `${RETURNS} Nothing was done.`);
  return { revision: only.last?.revision ?? 0 };
}

function signed(flags: Flags, io: Io): string {
  const serves = flags.get('serves') ?? 'shadow';
  if (serves !== 'shadow' && serves !== 'primary')
    throw usage(`--serves: found ${JSON.stringify(serves)}; allowed: shadow, primary`);
  const written = flags.get('for') ?? DEFAULT_VALIDITY;
  const validity = parseDuration(written);
  if (validity === undefined || validity === 0)
    throw usage(`--for: not a duration; found ${JSON.stringify(written)}; allowed: a duration such as 30m or 8h`);
  const { services } = configured(flags.get('config'), io);
  const { header, secret } = overrideIn(services, flags.get('service'));
  return `${header}: ${signOverride({ serves, users: flags.has('test') ? 'test' : 'real' }, io.now + validity, secret)}\n`;
}

function overrideIn(
  services: readonly ServiceConfig[],
  named: string | undefined,
): NonNullable<RolloutConfig['override']> {
  const able = services.flatMap(({ name, rollout }) => (rollout?.override ? [{ name, ...rollout.override }] : []));
  const allowed = able.map(({ name }) => name).join(', ');
  const [first, ...others] = able;
  if (first === undefined) {
    const message =
      'rollout.override: no service has it in the configuration; allowed: rollout: {override: {secret: …}}';
    throw new UnderstudyError('config_invalid', message);
  }
  if (named === undefined) {
    if (others.length > 0) throw usage(`--service: several have rollout.override; allowed: ${allowed}`);
    return first;
  }
  const found = able.find(({ name }) => name === named);
  if (found === undefined)
    throw usage(
      `--service: no such service with rollout.override; found ${JSON.stringify(named)}; allowed: ${allowed}`,
    );
  return found;
}
