/** Entry of an edge thread. */
import { whyNotAccepting } from '../edge/accepting.ts';
import { AccessLog } from '../edge/access-log.ts';
import { EdgeContext } from '../edge/context.ts';
import { CopyTape } from '../edge/copy.ts';
import { Edge } from '../edge/edge.ts';
import { ExperimentLog } from '../edge/experiment-log.ts';
import { RateLimit } from '../edge/rate-limit.ts';
import { ServingWeights } from '../edge/serving-weights.ts';
import { UserResults } from '../edge/user-results.ts';
import { makeLogRedaction } from '../findings/log-redaction.ts';
import { RedactionTally } from '../findings/redaction-tally.ts';
import { RouteLog } from '../grouping/route-log.ts';
import { RouteNames } from '../grouping/route-names.ts';
import { sharedClock, systemClock } from '../lib/clock.ts';
import { collectGarbage } from '../lib/garbage.ts';
import { LineOutput } from '../lib/line-output.ts';
import { ArmLedger } from '../metrics/arm-ledger.ts';
import { BucketLedger } from '../metrics/bucket-ledger.ts';
import { Gauges } from '../metrics/gauges.ts';
import { InFlightAccount } from '../metrics/in-flight-account.ts';
import { Ledger } from '../metrics/ledger.ts';
import { RedactionCounts } from '../metrics/redactions.ts';
import { RefusalCounts } from '../metrics/refusals.ts';
import type { Tell } from '../model/notice.ts';
import { userKeys } from '../model/user-key.ts';
import { Deadlines } from '../wire/deadlines.ts';
import { LookUpTurn, systemNames } from '../wire/names.ts';
import { shortageOf } from '../wire/shortage.ts';
import type { EdgeData, FromEdge, Link, ToEdge } from './messages.ts';
import { keepGauges, openPort } from './port.ts';

const port = openPort<EdgeData, ToEdge, FromEdge>();
const { data } = port;
const copyTape = ({ tape, account }: Link): CopyTape => new CopyTape(tape, new InFlightAccount(account));
const tell: Tell = (notice) => port.send({ type: 'notice', notice });
/** Milliseconds that the last lines of the access log may take. */
const LAST_LINES = 500;

const redactions = new RedactionCounts(data.redactions);
const hidden = new RedactionTally();
const redaction = makeLogRedaction(data.config.redact, (rule, name) => {
  redactions.add(rule);
  hidden.add(rule, name);
});
const deadlines = new Deadlines(systemClock);
const experimentLog = new ExperimentLog({
  clock: systemClock,
  keyOf: userKeys(data.redactionKey),
  tell: (activity) => port.send({ type: 'experiments', activity }),
});
const context = new EdgeContext({
  config: data.config,
  routeRows: data.routeRows,
  seats: data.seats,
  routeNames: new RouteNames(new RouteLog(data.routeLog)),
  tape: copyTape(data.copies),
  ledger: new Ledger(data.ledgers[0]!),
  received: new InFlightAccount(data.received),
  clock: systemClock,
  deadlines,
  names: new LookUpTurn(data.lookUpTurn, data.holder, deadlines).of(systemNames),
  pseudonym: data.pseudonym,
  marker: data.marker,
  rateLimit: new RateLimit(data.rateLimit, sharedClock),
  mirror: data.mirroring ? 'on' : 'off',
  refusals: new RefusalCounts(data.refusals),
  userResults: new UserResults(new ArmLedger(data.arms), new BucketLedger(data.buckets)),
  experimentLog,
  weights: new ServingWeights(data.weights),
  redaction,
  tell,
});
const gauges = new Gauges(data.gauges);
const { access } = data.config.log;
const accessOutput = access.format === 'off' ? undefined : openAccessOutput(access.file);
if (access.format !== 'off' && accessOutput !== undefined) {
  context.accessLog = new AccessLog({
    format: access.format,
    sample: access.sample,
    redaction,
    clock: systemClock,
    random: Math.random,
    sink: accessOutput,
  });
}
setInterval(tellRedactions, data.config.store.flushInterval);
setInterval(() => experimentLog.renew(), 1_000);

function tellRedactions(): void {
  const uses = hidden.take();
  if (uses.length > 0) port.send({ type: 'redacted', uses });
}

/** The output is standard output where no file is configured. */
function openAccessOutput(file: string | undefined): LineOutput {
  return new LineOutput(file ?? 1, {
    gather: 4096,
    onLost: (lines) => {
      gauges.linesDropped += lines;
    },
    onFailing: (error) =>
      tell({ level: 'error', message: 'the access log can not be written, and its lines are lost', facts: { error } }),
    onRecovered: (lines, error) =>
      tell({ level: 'warn', message: 'the access log is written again', facts: { lines, error } }),
  });
}

const edge = new Edge(context, data.ticketSecret);

port.receive((message) => {
  switch (message.type) {
    case 'listen':
      edge.listen(message.address, message.sharing).then(
        (bound) => port.send({ type: 'listening', port: bound }),
        (error: NodeJS.ErrnoException) =>
          port.send({ type: 'listen_failed', code: error.code ?? '', message: error.message }),
      );
      break;
    case 'configure':
      edge.configure(message);
      break;
    case 'mirroring':
      if (context.mirroring !== 'draining') context.mirroring = message.enabled ? 'on' : 'off';
      tellPauses();
      break;
    case 'replace_copies':
      context.replaceTape(copyTape(message.copies));
      port.send({ type: 'copies_replaced', number: message.copies.number });
      break;
    case 'renew_tickets':
      edge.renewTickets(message.secret);
      break;
    case 'forget_users':
      experimentLog.forgetUsers();
      break;
    case 'reopen_access_log':
      accessOutput?.reopen();
      break;
    case 'wind_down':
      edge.windDown();
      break;
    case 'drain':
      edge
        .drain()
        .then(() => accessOutput?.flush(LAST_LINES))
        .then(() => {
          tellRedactions();
          experimentLog.renew();
          port.send({ type: 'drained' });
        });
      break;
  }
});
keepGauges(gauges, (lag) => {
  tellShortage();
  if (context.mirroring === 'on' && context.pauses.look(lag())) tellPauses();
});
// Before the first message: it does not listen yet.
collectGarbage();

function tellShortage(): void {
  const error = whyNotAccepting();
  if (error !== undefined) context.refusals.connection('accept', { error: shortageOf(error) ?? error.message });
}

function tellPauses(): void {
  port.send({ type: 'pauses', pauses: context.pauses.now });
}
