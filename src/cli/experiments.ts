import { printable, printableJson } from '../lib/printable.ts';
import { openReader } from '../record/open-store.ts';
import type { ExperimentResults } from '../results/experiment-results.ts';
import { readExperiments } from '../results/experiments.ts';
import { loadedConfig } from './configured.ts';
import { EXIT } from './exit.ts';
import { experimentLines } from './experiment-text.ts';
import { failed } from './failed.ts';
import { readArguments, usage } from './flags.ts';
import type { Io } from './io.ts';

const FORMS = {
  all: { type: 'boolean' },
  config: { type: 'string', short: 'c' },
  json: { type: 'boolean' },
  service: { type: 'string' },
  store: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const USAGE = `Usage: understudy experiments [NAME] [FLAGS]

Prints what each running experiment shows so far, or the one of this name. It may be looked at as often as you like.

  --store FILE        the results: a file, or sqlite:FILE; it may be in use
  -c, --config FILE   the YAML file that names it
  --service NAME      only this service
  --all               ended ones, too
  --json              for programs
  -h, --help          print this

Without --store and --config the store is found as by serve.
`;

/** Resolves to the exit code. */
export async function experiments(argv: readonly string[], io: Io): Promise<number> {
  try {
    const { flags, operands } = readArguments(argv, FORMS);
    if (flags.has('help')) {
      io.stdout.write(USAGE);
      return EXIT.good;
    }
    if (operands.length > 1) throw usage(`found ${JSON.stringify(operands.join(' '))}; allowed: one name`);
    const found = await read(operands[0], flags, io.env);
    io.stdout.write(flags.has('json') ? `${printableJson({ schemaVersion: 1, experiments: found })}\n` : textOf(found));
    return EXIT.good;
  } catch (error) {
    return failed('experiments', error, io.stderr);
  }
}

async function read(name: string | undefined, flags: ReadonlyMap<string, string>, env: Io['env']) {
  const reader = await openReader(flags.get('store') ?? loadedConfig(flags.get('config'), env).store.path);
  try {
    const all = await readExperiments(reader);
    const service = flags.get('service');
    const found = all
      .filter((each) => (service ?? each.service) === each.service && (name ?? each.experiment) === each.experiment)
      .filter(({ state }) => flags.has('all') || state === 'running');
    if (found.length === 0 && (name !== undefined || service !== undefined)) throw unknown(name, service, all);
    return found;
  } finally {
    await reader.close();
  }
}

function unknown(name: string | undefined, service: string | undefined, all: readonly ExperimentResults[]) {
  const asked = [name ?? 'any', ...(service === undefined ? [] : [`of the service ${service}`])].join(' ');
  const known = [...new Set(all.map((each) => `${each.experiment} of ${each.service} (${each.state})`))];
  return usage(`no such experiment; found ${asked}; allowed: ${known.join(', ') || 'none, since none was recorded'}`);
}

function textOf(found: readonly ExperimentResults[]): string {
  if (found.length === 0) return 'No experiment is running.\n';
  return `${found.map((each) => experimentLines(each).map(printable).join('\n')).join('\n\n')}\n`;
}
