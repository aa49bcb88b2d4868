import { isatty } from 'node:tty';
import { type DestinationStream, type LevelWithSilent, type Logger, pino, stdTimeFunctions } from 'pino';
import { onDemand } from './on-demand.ts';

const pinoPretty = onDemand<typeof import('pino-pretty')>('pino-pretty');

export interface LogOptions {
  readonly level: LevelWithSilent;
  /** `auto`: pretty where the output is a terminal, JSON lines elsewhere. */
  readonly format: 'auto' | 'json' | 'pretty';
}

/** Bytes of lines that wait for a slow reader of the log; beyond it lines are lost rather than memory. */
const BACKLOG = 4 * 1024 * 1024;

/**
 * The program's logger; a thread takes a child of it, `logger.child({ thread: 'edge-0' })`. Writing never waits for the
 * reader. What others sent (paths, header values, reasons) belongs in fields, which are escaped whatever the format.
 *
 * @param output a file descriptor, standard output by default, or a stream.
 */
export function createLogger({ level, format }: LogOptions, output: number | DestinationStream = 1): Logger {
  const terminal = typeof output === 'number' && isatty(output);
  return pino(
    { level, base: null, timestamp: stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } },
    format === 'pretty' || (format === 'auto' && terminal) ? pretty(output, terminal) : lines(output),
  );
}

function lines(output: number | DestinationStream): DestinationStream {
  return typeof output === 'number' ? pino.destination({ dest: output, sync: false, maxLength: BACKLOG }) : output;
}

function pretty(destination: number | DestinationStream, colorize: boolean): DestinationStream {
  return pinoPretty().build({
    destination,
    colorize,
    sync: false,
    singleLine: true,
    ignore: 'thread',
    translateTime: 'SYS:HH:MM:ss.l',
    // pino-pretty prints the message as it is, so that a line break in it could forge a line.
    messageFormat: ({ thread, msg }) => [thread, msg].filter(Boolean).map(escapeControls).join(': '),
  });
}

function escapeControls(value: unknown): string {
  return JSON.stringify(String(value)).slice(1, -1).replaceAll('\\"', '"');
}
