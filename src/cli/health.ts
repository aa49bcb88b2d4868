/**
 * Runs every few seconds beside a proxy whose machine may be overloaded. So it loads little: neither the
 * configuration's schema nor a client library.
 */
import { readFileSync } from 'node:fs';
import { DEFAULT_ADMIN, formatAddress, parseAddress } from '../config/address.ts';
import { fileFailure } from '../lib/file-failure.ts';
import { get } from '../lib/node-http.ts';
import { UnderstudyError } from '../model/errors.ts';
import { EXIT } from './exit.ts';
import { failed } from './failed.ts';
import { readArguments } from './flags.ts';
import type { Io } from './io.ts';

const USAGE = `Usage: understudy health [-c FILE] [--admin ADDR]

Asks a proxy on this machine whether it is alive. For container health checks.
Exit code: 0 if it is alive, 1 if not.
`;

/** Milliseconds from the connect to the end of the response. */
const TIMEOUT = 2_000;

/** Resolves to the exit code. Prints what is wrong on stderr. */
export async function health(argv: readonly string[], { stdout, stderr, env }: Io): Promise<number> {
  let url: string;
  try {
    const { flags } = readArguments(argv, {
      config: { type: 'string', short: 'c' },
      admin: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    });
    if (flags.has('help')) {
      stdout.write(USAGE);
      return EXIT.good;
    }
    url = urlOf(flags.get('admin') ?? (await addressIn(env)) ?? (await configured(flags.get('config'), env)));
  } catch (error) {
    return failed('health', error, stderr);
  }
  const fault = await ask(url);
  if (fault === undefined) return EXIT.good;
  stderr.write(`${url} ${fault}\n`);
  return EXIT.unhealthy;
}

/** The address from a variable, alone or in a mapping. */
async function addressIn(env: Io['env']): Promise<string | undefined> {
  const { UNDERSTUDY_ADMIN_ADDRESS: address, UNDERSTUDY_ADMIN: admin } = env;
  if (address || !admin?.trimStart().startsWith('{')) return address || admin || undefined;
  return adminIn(`admin: ${admin}`, 'UNDERSTUDY_ADMIN', {});
}

/** The admin address from the file, as far as it can be read. `check` finds other problems of the file. */
async function configured(file: string | undefined, env: Io['env']): Promise<string> {
  const path = file ?? env['UNDERSTUDY_CONFIG'];
  if (path === undefined || path === '') return DEFAULT_ADMIN;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UnderstudyError(
      'config_invalid',
      `${path}: cannot be read; found ${fileFailure(error)}; allowed: a YAML file`,
    );
  }
  return (await adminIn(text, path, env)) ?? DEFAULT_ADMIN;
}

async function adminIn(text: string, source: string, env: Io['env']): Promise<string | undefined> {
  const { readDocument } = await import('../config/document.ts');
  const { expand } = await import('../config/environment.ts');
  const { tree, problems } = readDocument(text, source, (value) => expand(value, env));
  if (tree === undefined) {
    const faults = problems.map(({ line, column, message }) => `${source}:${line}:${column}: ${message}`);
    throw new UnderstudyError('config_invalid', faults.join('\n'));
  }
  const admin = tree.kind === 'mapping' ? tree.members.get('admin')?.value : undefined;
  const address = admin?.kind === 'mapping' ? admin.members.get('address')?.value : admin;
  return address?.kind === 'scalar' ? address.text : undefined;
}

function urlOf(address: string): string {
  const parsed = parseAddress(address);
  if ('wrong' in parsed) {
    throw new UnderstudyError(
      'config_invalid',
      `admin: ${parsed.wrong}; found ${JSON.stringify(address)}; allowed: HOST:PORT`,
    );
  }
  const { host, port } = parsed.value;
  // An address that means "all interfaces" is reached through loopback.
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${formatAddress({ host: reachable, port })}/livez`;
}

/** Resolves to what is wrong, or undefined. */
function ask(url: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    get(url, { agent: false, signal: AbortSignal.timeout(TIMEOUT) }, ({ statusCode }) =>
      resolve(statusCode === 200 ? undefined : `answers ${statusCode}`),
    ).on('error', ({ name, message }) =>
      resolve(name === 'AbortError' ? `did not respond within ${TIMEOUT / 1000} s` : `can't be reached: ${message}`),
    );
  });
}
