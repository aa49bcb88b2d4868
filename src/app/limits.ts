import type { Logger } from 'pino';
import type { Config } from '../config/types.ts';
import { plural } from '../lib/figures.ts';
import { UnderstudyError } from '../model/errors.ts';
import { DEFAULT_SERVICE } from '../model/service.ts';

/** By so many the number of open descriptors may differ from one start to the next: a file may just be read. */
const VARYING = 4;

/**
 * Checks for enough descriptors at the start: otherwise the parts of the program would fail one after another.
 *
 * @throws UnderstudyError `too_few_descriptors`
 */
export function requireDescriptors({ descriptors: { limit, needed }, edges }: Config): void {
  if (limit === undefined || limit >= needed) return;
  throw new UnderstudyError(
    'too_few_descriptors',
    `open files and sockets: at most ${limit} are allowed (RLIMIT_NOFILE), and with ${plural(edges, 'edge thread')} at least ` +
      `${needed + VARYING} are needed; raise the limit (ulimit -n, LimitNOFILE=, --ulimit nofile=)`,
  );
}

/** Logs how the limits of the machine or container changed the configuration, where they did. */
export function logLimits(config: Config, log: Logger): void {
  logMemory(config, log);
  logDescriptors(config, log);
}

function logMemory({ memory, mirror: { tape, buffer }, routes }: Config, log: Logger): void {
  const { limit, held, examples, heaps } = memory;
  if (limit === undefined) return;
  log.info(
    { limit, held, tape, buffer, examples, maxDecoded: routes.at(-1)!.compare.maxDecoded, heaps },
    'the memory of this container is limited: tapes, buffers, heaps and the examples that wait are as large as fits',
  );
}

function logDescriptors({ descriptors, client, services }: Config, log: Logger): void {
  const parts = [
    ['client', client] as const,
    ...services.flatMap(({ name, ...targets }) =>
      (['primary', 'shadow', 'control'] as const).flatMap((of) => {
        const target = targets[of];
        return target === undefined ? [] : [[name === DEFAULT_SERVICE ? of : `${name}.${of}`, target] as const];
      }),
    ),
  ];
  if (parts.every(([, { connectionsBy }]) => connectionsBy === 'configuration')) return;
  const { limit, admin } = descriptors;
  const connections = parts.map(([name, part]) => [name, part.connections]);
  log.info(
    { limit, ...Object.fromEntries(connections), admin },
    'open files and sockets are limited (RLIMIT_NOFILE): each edge thread has as many connections as fit, fewer than configured',
  );
}
