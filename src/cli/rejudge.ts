import { makeRejudge, type Rejudge } from '../compare/rejudge.ts';
import type { Config, Route } from '../config/types.ts';
import { RecordedRoutes } from '../edge/recorded-route.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { printableJson } from '../lib/printable.ts';
import type { Ending } from '../model/outcome.ts';
import type { StoredSignature, StoreReader } from '../model/store-reader.ts';
import { openReader } from '../record/open-store.ts';
import { configured } from './configured.ts';
import { EXIT } from './exit.ts';
import { failed } from './failed.ts';
import { readArguments, refuseOperands } from './flags.ts';
import type { Io } from './io.ts';
import { renderRejudgement } from './rejudge-text.ts';
import { type RejudgedSignature, type Rejudgement, RuleTally, rejudgeSignature } from './rejudgement.ts';

const FORMS = {
  config: { type: 'string', short: 'c' },
  store: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const USAGE = `Usage: understudy rejudge [FLAGS]

Judges the stored examples of mismatches and of accepted differences again, under the rules that are configured now.
Prints what the rules would accept, and which rules have no use. Changes nothing.

  -c, --config FILE   the YAML file with the rules
  --store FILE        the results, in place of the configured store: a file, or sqlite:FILE; it may be in use
  --json              for programs; it has a schemaVersion
  -h, --help          print this

Without --config the configuration is found as by serve.
`;

/** The most signatures of one ending that the store returns. */
const MOST_SIGNATURES = 1000;

/** Resolves to the exit code. */
export async function rejudge(argv: readonly string[], io: Io): Promise<number> {
  try {
    const { flags, operands } = readArguments(argv, FORMS);
    if (flags.has('help')) {
      io.stdout.write(USAGE);
      return EXIT.good;
    }
    refuseOperands(operands);
    const config = configured(flags.get('config'), io);
    const reader = await openReader(flags.get('store') ?? config.store.path);
    try {
      const found = await rejudgeAll(reader, config, io.now);
      io.stdout.write(flags.has('json') ? `${printableJson(found)}\n` : renderRejudgement(found));
    } finally {
      await reader.close();
    }
    return EXIT.good;
  } catch (error) {
    return failed('rejudge', error, io.stderr);
  }
}

async function rejudgeAll(reader: StoreReader, config: Config, now: number): Promise<Rejudgement> {
  const rows = [...(await listed(reader, 'mismatch')), ...(await listed(reader, 'accepted'))];
  const routes = new RecordedRoutes(config);
  const rejudgeOf = rejudgesByRoute(now);
  const rules = new RuleTally(config, now);
  const signatures: RejudgedSignature[] = [];
  // One after the other, so that only one signature's examples are in memory.
  for (const row of rows) {
    const { service, id } = row;
    const examples = (await reader.signature(id, { service }))?.examples ?? [];
    const rejudge: Rejudge = (exchange) => rejudgeOf(routes.comparedUnder({ ...exchange, service }))(exchange);
    signatures.push(
      rejudgeSignature(row, examples, rejudge, (exchange, indices) =>
        rules.add(routes.comparedUnder({ ...exchange, service }).route, indices),
      ),
    );
  }
  return { schemaVersion: 1, generatedAt: now, signatures, rules: rules.rows() };
}

function listed(reader: StoreReader, ending: Ending): Promise<readonly StoredSignature[]> {
  return reader.signatures({ endings: [ending], limit: MOST_SIGNATURES });
}

/** Made once per route, because compiling rules takes time. */
function rejudgesByRoute(now: number): (under: ReturnType<RecordedRoutes['comparedUnder']>) => Rejudge {
  // Expired rules do not apply.
  const clock: Clock = { ...systemClock, wall: () => now };
  const made = new Map<Route, Rejudge>();
  return ({ route, marker }) => {
    const rejudge = made.get(route) ?? makeRejudge(route.compare, clock, undefined, marker);
    made.set(route, rejudge);
    return rejudge;
  };
}
