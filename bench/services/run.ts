/**
 * Rehearses the next version of released services behind Understudy, prints the report, and holds it against what was
 * found by hand. Exit codes: 0 the report shows what it must, 1 it does not, 2 it could not be
 * tried.
 */
import { calledWith } from '../harness/command-line.ts';
import { SERVICES } from './catalogue.ts';
import { rehearse } from './rehearse.ts';
import type { Service } from './service.ts';

const { operands } = calledWith({
  command: 'npm run services --',
  about: 'Rehearses the next version of released services, of all or of those that are named.',
  operands: { form: '[SERVICE…]', allowed: SERVICES.map(({ name }) => name) },
  flags: {},
});
const chosen = SERVICES.filter(({ name }) => operands.length === 0 || operands.includes(name));

let code = 0;
for (const service of chosen) {
  try {
    if (!(await show(service))) code = 1;
  } catch (error) {
    console.error(`services: ${service.name}: ${(error as Error).message}`);
    code = 2;
  }
}
process.exit(code);

async function show(service: Service): Promise<boolean> {
  const { name, about, primary, shadow, expected } = service;
  console.log(`${name} ${primary.version} → ${shadow.version}: ${about}\n`);
  const { report, requests, missed, unexplained } = await rehearse(service);
  console.log(report);
  for (const cause of missed) console.log(`not shown: ${cause}`);
  for (const place of unexplained) console.log(`not explained: ${place}`);
  const found = expected.length - missed.length;
  console.log(
    `${name}: ${requests} requests; ${found} of ${expected.length} causes, ${unexplained.length} other places\n`,
  );
  return missed.length === 0 && unexplained.length === 0;
}
