import { existsSync } from 'node:fs';
import type { Config, Route } from '../config/types.ts';
import { RecordedRoutes } from '../edge/recorded-route.ts';
import { OTHER_ROUTE } from '../model/route.ts';
import { openReader } from '../record/open-store.ts';
import { explainExchange } from '../results/explanation.ts';
import { configured } from './configured.ts';
import { EXIT } from './exit.ts';
import { renderExplanation, renderUncompared } from './explain-text.ts';
import { failed } from './failed.ts';
import { readArguments, usage } from './flags.ts';
import type { Io } from './io.ts';
import { readStoredPair, type StoredPair } from './stored-pair.ts';

const FORMS = {
  config: { type: 'string', short: 'c' },
  store: { type: 'string' },
  route: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const USAGE = `Usage: understudy explain (ID | PAIR.json) [FLAGS]

Compares one recorded exchange again under the rules of its route. Prints each step, what every rule did, the
result, and the narrowest rules that would accept the differences. Changes nothing.

  ID                  an exchange in the store, by its id: the report and the dashboard show it
  PAIR.json           or a file with an exchange as GET /api/v1/exchanges/{id} gives it
  -c, --config FILE   the YAML file with the rules
  --store FILE        the results with that ID, in place of the configured store; it may be in use
  --route NAME        the route whose rules apply, in place of the one that its request has now
  -h, --help          print this

Without --config the configuration is found as by serve.
`;

/** Resolves to the exit code. */
export async function explain(argv: readonly string[], io: Io): Promise<number> {
  try {
    const { flags, operands } = readArguments(argv, FORMS);
    if (flags.has('help')) {
      io.stdout.write(USAGE);
      return EXIT.good;
    }
    if (operands.length !== 1) throw usage(`found ${operands.length} arguments; allowed: one, the id or the file`);
    const config = configured(flags.get('config'), io);
    const exchange = await readExchange(operands[0]!, flags.get('store') ?? config.store.path);
    const { route, marker } = comparedUnder(exchange, flags.get('route'), config);
    io.stdout.write(explainPair(exchange, route, marker, io.now));
    return EXIT.good;
  } catch (error) {
    return failed('explain', error, io.stderr);
  }
}

/** What looks like a file is one. */
async function readExchange(named: string, store: string): Promise<StoredPair> {
  if (existsSync(named) || /\/|\.json$/.test(named)) return readStoredPair(named);
  const reader = await openReader(store);
  try {
    const exchange = await reader.exchange(named);
    if (exchange !== undefined) return exchange;
  } finally {
    await reader.close();
  }
  const allowed = 'an id of the report or the dashboard, or a file';
  throw usage(`no exchange with the id ${JSON.stringify(named)} is in the store ${store}; allowed: ${allowed}`);
}

/** `asked`: a route, in place of that of its request. What no route takes has the global rules. */
function comparedUnder(
  exchange: StoredPair,
  asked: string | undefined,
  config: Config,
): ReturnType<RecordedRoutes['comparedUnder']> {
  const routes = new RecordedRoutes(config);
  if (asked === undefined) return routes.comparedUnder(exchange);
  const { service } = exchange;
  const named = { route: asked, ...(service !== undefined && { service }) };
  if (routes.find(named) !== undefined || asked === OTHER_ROUTE || asked.includes(' '))
    return routes.comparedUnder(named);
  const names = config.routes.map((each) => each.name).join(', ');
  throw usage(`--route: not in the configuration; found ${JSON.stringify(asked)}; allowed: ${names}`);
}

function explainPair(exchange: StoredPair, route: Route, marker: string, now: number): string {
  const explanation = explainExchange(exchange, { route, marker, now });
  return explanation === undefined ? renderUncompared(exchange) : renderExplanation(exchange, explanation);
}
