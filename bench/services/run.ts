/**
 * `npm run services -- NAME…`: rehearses the next version of released services behind Understudy, prints the report, and
 * holds it against what was found by hand. Exit codes: 0 the report shows what it must, 1 it does not, 2 it could not be
 * tried.
 */
import { SERVICES } from './catalogue.ts';
import { rehearse } from './rehearse.ts';
import type { Service } from './service.ts';

const names = process.argv.slice(2);
const chosen = names.map((name) => SERVICES.find((service) => service.name === name) ?? unknown(name));
if (chosen.length === 0) unknown('');

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

function unknown(name: string): never {
  const known = SERVICES.map((service) => service.name).join(', ');
  console.error(`services: ${name === '' ? 'name at least one' : `there is no ${name}`}: ${known}`);
  process.exit(2);
}
