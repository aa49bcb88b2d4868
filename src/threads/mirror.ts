/** Entry of a mirror thread. */
import { RouteLog } from '../grouping/route-log.ts';
import { RouteNames } from '../grouping/route-names.ts';
import { systemClock } from '../lib/clock.ts';
import { collectGarbage } from '../lib/garbage.ts';
import { lowerPriority } from '../lib/priority.ts';
import { Gauges } from '../metrics/gauges.ts';
import { InFlightAccount } from '../metrics/in-flight-account.ts';
import { Ledgers } from '../metrics/ledgers.ts';
import { Mirror } from '../mirror/mirror.ts';
import type { PairTape } from '../mirror/settlement.ts';
import { TapeReader } from '../tape/reader.ts';
import { TapeWriter } from '../tape/writer.ts';
import { AddressBook } from '../wire/addresses.ts';
import { Deadlines } from '../wire/deadlines.ts';
import { LookUpTurn, systemNames } from '../wire/names.ts';
import type { FromMirror, Link, MirrorData, ToMirror } from './messages.ts';
import { keepGauges, openPort } from './port.ts';

/**
 * Milliseconds. A longer nap would save wake-ups. But the shadow would get its copies in bursts, unlike the primary,
 * and would look slower than it is.
 */
const NAP = 1;

const port = openPort<MirrorData, ToMirror, FromMirror>();
const { data } = port;
const lowered = lowerPriority(data.config.threads.mirrorNice);
if (!lowered.done) {
  const message = 'threads.mirrorNice has no effect: copies and their comparison compete with clients for the CPU';
  port.send({ type: 'notice', notice: { level: 'info', message, facts: { reason: lowered.why } } });
}
let comparison: 'idle' | 'begun' = data.comparing ? 'begun' : 'idle';
const pairTape = ({ tape, account }: Link): PairTape => {
  const writer = new TapeWriter(tape);
  return { writer, account: new InFlightAccount(account), wake: () => wakeComparison(writer) };
};

const deadlines = new Deadlines(systemClock);
const ledgers = new Ledgers(data.ledgers);
const names = new LookUpTurn(data.lookUpTurn, data.holder, deadlines).of(systemNames);
const mirror = new Mirror({
  config: data.config,
  routeRows: data.routeRows,
  routeNames: new RouteNames(new RouteLog(data.routeLog)),
  copies: new InFlightAccount(data.copies.account),
  pairs: pairTape(data.pairs),
  ledgers,
  rehearsals: { table: data.rehearsals, ask: (service, version) => port.send({ type: 'version', service, version }) },
  clock: systemClock,
  deadlines,
  addresses: new AddressBook(systemClock, deadlines, names),
  marker: data.marker,
  tell: (notice) => port.send({ type: 'notice', notice }),
});
const reader = new TapeReader(data.copies.tape);
reader.run((kind, exchange, bytes, start, end) => mirror.onFrame(kind, exchange, bytes, start, end), { nap: NAP });

port.receive((message) => {
  switch (message.type) {
    case 'configure':
      mirror.configure(message.config, message.routeRows);
      mirror.setRehearsals(message.rehearsals);
      break;
    case 'rehearse':
      ledgers.extend(message.ledgers);
      mirror.setRehearsals(message.rehearsals);
      break;
    case 'replace_pairs':
      mirror.replacePairs(pairTape(message.pairs));
      port.send({ type: 'pairs_replaced', number: message.pairs.number });
      break;
    case 'repeat':
      mirror.repeat(message.request);
      break;
    case 'drain':
      drain();
      break;
  }
});
setInterval(report, data.config.store.flushInterval);
const gauges = new Gauges(data.gauges);
keepGauges(gauges, () => {
  const services = [...mirror.services.values()];
  gauges.held = services.reduce((sum, { held }) => sum + held.bytes, 0);
  const readings = services.flatMap((service) => service.takeReadings());
  const repeats = services.flatMap((service) => service.takeRepeats());
  port.send({ type: 'targets', readings, repeats });
});
collectGarbage();

/** Does so for a full tape too: only an awake reader makes room. */
function wakeComparison(tape: TapeWriter): void {
  tape.ring();
  if (comparison === 'begun') return;
  comparison = 'begun';
  port.send({ type: 'first_pair' });
}

function report(): void {
  const counts = mirror.takeSettled();
  if (counts.length > 0) port.send({ type: 'settled', counts });
}

/** The edge has finished: nothing more will come than what is on the tape. */
async function drain(): Promise<void> {
  while (reader.used > 0) await new Promise((resolve) => setImmediate(resolve));
  await mirror.drained();
  report();
  port.send({ type: 'drained' });
}
