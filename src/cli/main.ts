import { check } from './check.ts';
import { demo } from './demo.ts';
import { EXIT } from './exit.ts';
import { health } from './health.ts';
import type { Io } from './io.ts';
import { report } from './report.ts';
import { serve } from './serve.ts';
import { version } from './version.ts';

const USAGE = `Usage: understudy COMMAND [FLAGS]

  serve     run the proxy
  demo      see it at work: two versions of a small service, a load, the proxy, the report
  check     read a configuration and say all that is wrong with it
  report    show what a store has recorded
  health    ask a running proxy whether it is alive

understudy COMMAND --help tells more.
`;

const COMMANDS: Readonly<Record<string, (argv: readonly string[], io: Io) => Promise<number>>> = {
  serve,
  demo,
  check,
  report,
  health,
};

/** Runs a command. Resolves to its exit code. */
export async function main([name, ...argv]: readonly string[], io: Io): Promise<number> {
  const command = name === undefined || !Object.hasOwn(COMMANDS, name) ? undefined : COMMANDS[name];
  if (command !== undefined) return command(argv, io);
  switch (name) {
    case '--help':
    case '-h':
    case 'help':
      io.stdout.write(USAGE);
      return EXIT.good;
    case '--version':
      io.stdout.write(`${version()}\n`);
      return EXIT.good;
    default:
      io.stderr.write(name === undefined ? USAGE : `${JSON.stringify(name)} is no command\n\n${USAGE}`);
      return EXIT.usage;
  }
}
