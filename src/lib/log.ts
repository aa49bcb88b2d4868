import { type DestinationStream, type LevelWithSilent, type Logger, pino, stdTimeFunctions } from 'pino';
import { onDemand } from './on-demand.ts';

const pinoPretty = onDemand<typeof import('pino-pretty')>('pino-pretty');

export interface LogOptions {
  readonly level: LevelWithSilent;
  /** `auto`: pretty where the output is a terminal, JSON lines elsewhere. */
  readonly format: 'auto' | 'json' | 'pretty';
}

/** Takes one line at a time. */
export interface LogOutput extends DestinationStream {
  readonly isTerminal?: boolean;
}

/**
 * The program's logger; a thread takes a child of it, `logger.child({ thread: 'edge-0' })`. Text from outside (paths,
 * header values, reasons) belongs in fields, which are escaped in every format.
 */
export function createLogger({ level, format }: LogOptions, output: LogOutput): Logger {
  const { isTerminal = false } = output;
  return pino(
    { level, base: null, timestamp: stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } },
    format === 'pretty' || (format === 'auto' && isTerminal) ? pretty(output, isTerminal) : output,
  );
}

function pretty(output: DestinationStream, colorize: boolean): DestinationStream {
  const render = pinoPretty().prettyFactory({
    colorize,
    singleLine: true,
    ignore: 'thread',
    translateTime: 'SYS:HH:MM:ss.l',
    // pino-pretty prints the message unescaped: a line break in it could forge a line.
    messageFormat: ({ thread, msg }) => [thread, msg].filter(Boolean).map(escapeControls).join(': '),
  });
  return { write: (line) => output.write(render(line)) };
}

function escapeControls(value: unknown): string {
  return JSON.stringify(String(value)).slice(1, -1).replaceAll('\\"', '"');
}
