import { hostname } from 'node:os';
import { bodyOf } from '../alerts/message.ts';
import { placeOf, post, type WebhookConfig } from '../alerts/post.ts';
import { duration } from '../lib/figures.ts';
import { UnderstudyError } from '../model/errors.ts';
import { loadedConfig } from './configured.ts';
import { EXIT } from './exit.ts';
import { failed } from './failed.ts';
import { readArguments, usage } from './flags.ts';
import type { Io } from './io.ts';

const FORMS = { config: { type: 'string', short: 'c' }, help: { type: 'boolean', short: 'h' } } as const;

const USAGE = `Usage: understudy alert test [-c FILE]

Posts a test message to each webhook of the configuration, once, and prints each response.

  -c, --config FILE   the YAML file                       (UNDERSTUDY_CONFIG)
  -h, --help          print this

Exit code: 0 if all of them accepted it, 1 if one did not, 2 for wrong usage, a wrong configuration, or one without webhooks.
`;

/** Resolves to the exit code. */
export async function alert(argv: readonly string[], io: Io): Promise<number> {
  try {
    const { flags, operands } = readArguments(argv, FORMS);
    if (flags.has('help')) {
      io.stdout.write(USAGE);
      return EXIT.good;
    }
    if (operands.length !== 1 || operands[0] !== 'test') {
      const found = operands.length === 0 ? 'nothing' : JSON.stringify(operands.join(' '));
      throw usage(`found ${found}; allowed: test`);
    }
    return await test(flags.get('config'), io);
  } catch (error) {
    return failed('alert', error, io.stderr);
  }
}

async function test(file: string | undefined, { env, now, stdout }: Io): Promise<number> {
  const { webhooks, timeout } = loadedConfig(file, env).alerts;
  if (webhooks.length === 0) {
    throw new UnderstudyError('config_invalid', 'alerts.webhooks: found none; allowed: at least one');
  }
  const message = { told: [{ alert: { event: 'test' }, at: now, times: 1 }], left: 0, host: hostname() } as const;
  const tried = webhooks.map(async (webhook: WebhookConfig, index: number) => {
    const start = performance.now();
    const posted = await post(webhook, bodyOf(message, webhook.format), timeout);
    const said = posted.ok ? `answers ${posted.status}` : posted.reason;
    stdout.write(`webhook ${index + 1} (${placeOf(webhook)}): ${said}, after ${duration(performance.now() - start)}\n`);
    return posted.ok;
  });
  const taken = await Promise.all(tried);
  return taken.every(Boolean) ? EXIT.good : EXIT.unhealthy;
}
