import { closest } from '../lib/closest.ts';
import { version } from '../lib/version.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';

const USAGE = `Usage: understudy COMMAND [FLAGS]

  serve     run the proxy
  demo      see it at work: two versions of a small service, a load, the proxy, the report
  check     check a configuration and print what is wrong with it
  report    show what a store has recorded
  explain   compare one recorded exchange again, and explain the result
  rejudge   judge the recorded examples again, under the rules as they are now
  mark      mark signatures as expected for a reason, fixed or open
  results   delete what was recorded: results clear
  gate      wait for the verdict: 0 pass, 1 regression, 3 inconclusive, 4 invalid
  rehearsal begin a new rehearsal of a running proxy, or list them
  rollout   lead users from production to the candidate, step by step, and back
  experiments  what A/B experiments show so far
  selftest  test the verdict on simulated services: how often it is wrong, how soon it is right
  alert     post a test message to the webhooks: alert test
  health    ask a running proxy whether it is alive

understudy COMMAND --help prints the details.
`;

type Command = (argv: readonly string[], io: Io) => Promise<number>;

/** Commands are loaded on demand, so that serve's memory holds only what it needs. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve.ts')).serve,
  demo: async () => (await import('./demo.ts')).demo,
  check: async () => (await import('./check.ts')).check,
  report: async () => (await import('./report.ts')).report,
  explain: async () => (await import('./explain.ts')).explain,
  rejudge: async () => (await import('./rejudge.ts')).rejudge,
  mark: async () => (await import('./mark.ts')).mark,
  results: async () => (await import('./results.ts')).results,
  gate: async () => (await import('./gate.ts')).gate,
  rollout: async () => (await import('./rollout.ts')).rollout,
  experiments: async () => (await import('./experiments.ts')).experiments,
  selftest: async () => (await import('./selftest.ts')).selftest,
  alert: async () => (await import('./alert.ts')).alert,
  rehearsal: async () => (await import('./rehearsal.ts')).rehearsal,
  health: async () => (await import('./health.ts')).health,
};

function unknownCommand(name: string): string {
  const near = closest(name, Object.keys(COMMANDS));
  const hint = near === undefined ? '' : ` (did you mean ${near}?)`;
  return `${JSON.stringify(name)} is not a command${hint}\nunderstudy --help lists all\n`;
}

/** Runs a command. Resolves to its exit code. */
export async function main([name, ...argv]: readonly string[], io: Io): Promise<number> {
  const load = name === undefined || !Object.hasOwn(COMMANDS, name) ? undefined : COMMANDS[name];
  if (load !== undefined) return (await load())(argv, io);
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
      io.stderr.write(name === undefined ? USAGE : unknownCommand(name));
      return EXIT.usage;
  }
}
