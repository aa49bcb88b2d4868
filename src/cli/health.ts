import { request } from 'undici';
import { formatAddress } from '../config/address.ts';
import { loadConfig } from '../config/load.ts';
import { formatProblem } from '../config/problem.ts';
import { readArguments } from './arguments.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';

const USAGE = `Usage: understudy health [-c FILE] [--admin ADDR]

Asks a running proxy on this machine whether it is alive: for container health checks.
Exit code: 0 when it is, 1 when not.
`;

const TIMEOUT = 2_000;

/** Resolves to the exit code; says on stderr what is wrong. */
export async function health(argv: readonly string[], { stdout, stderr, env }: Io): Promise<number> {
  let flags: ReadonlyMap<string, string>;
  try {
    ({ flags } = readArguments(argv, {
      config: { type: 'string', short: 'c' },
      admin: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    }));
  } catch (error) {
    stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    return EXIT.usage;
  }
  if (flags.has('help')) {
    stdout.write(USAGE);
    return EXIT.good;
  }
  const file = flags.get('config');
  const admin = flags.get('admin');
  const loaded = loadConfig({ ...(file !== undefined && { file }), flags: admin === undefined ? {} : { admin }, env });
  if (!loaded.ok) {
    for (const problem of loaded.problems) stderr.write(`${formatProblem(problem)}\n`);
    return EXIT.usage;
  }
  const { host, port } = loaded.config.admin;
  // An address that means "all interfaces" is reached through loopback.
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  const url = `http://${formatAddress({ host: reachable, port })}/livez`;
  try {
    const { statusCode, body } = await request(url, { headersTimeout: TIMEOUT, bodyTimeout: TIMEOUT });
    await body.dump();
    if (statusCode === 200) return EXIT.good;
    stderr.write(`${url} answers ${statusCode}\n`);
  } catch (error) {
    stderr.write(`${url} can't be reached: ${(error as Error).message}\n`);
  }
  return EXIT.unhealthy;
}
