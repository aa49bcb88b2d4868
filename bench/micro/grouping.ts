/**
 * What it costs an edge thread to find the row of a request: `node bench/micro/grouping.ts`. Of each kind of paths there
 * are many, so that none is looked up twice in a row; medians of seven rounds of a million, with least and greatest.
 */

import { randomUUID } from 'node:crypto';
import { parseConfigText } from '../../src/config/load.ts';
import { Grouper } from '../../src/grouping/grouper.ts';
import { RouteLog } from '../../src/grouping/route-log.ts';
import { RouteNames } from '../../src/grouping/route-names.ts';
import type { RouteIndex } from '../../src/model/route.ts';

const ROUNDS = 7;
const CALLS = 1_000_000;
const PATHS = 5_000;

const letter = (index: number) => String.fromCharCode(97 + (index % 26));
const word = (index: number) => letter(index) + letter(Math.floor(index / 26)) + letter(Math.floor(index / 676));

measure('grouping is off', 'grouping: {enabled: false}', (index) => `/api/users/${index}/orders/${index}`);
measure('one path', '', () => '/health');
measure('one number', '', (index) => `/api/users/${index}`);
measure('two numbers and a query', '', (index) => `/api/users/${index}/orders/${index * 7}?page=${index}`);
measure(
  'a UUID below one of 30 endpoints',
  '',
  (index) => `/v1/${letter(index % 10)}-items/${randomUUID()}/${letter(index % 6)}`,
);
measure('a name of many', '', (index) => `/products/the-${word(index)}-shirt`);
measure('escapes', '', (index) => `/wiki/%41pple%20${index}`);
measure('a template', 'grouping: {templates: [GET /api/users/:user]}', (index) => `/api/users/${index}`);
measure('paths that never repeat', '', (index) => `/${word(index)}/${word(index * 31)}/${word(index * 17)}`);

function measure(name: string, text: string, pathOf: (index: number) => string): void {
  const loaded = parseConfigText(text, '', { env: {} });
  if (!loaded.ok) throw new Error(loaded.problems[0]?.message);
  const names = new RouteNames(new RouteLog(RouteLog.allocate()));
  const rows = names.configured(loaded.config.routes.map(({ name }) => name))!;
  const grouper = new Grouper(names, loaded.config, rows);
  const head = { method: 'GET', fields: ['Host', 'example.test', 'Accept', '*/*'] };
  const paths = Array.from({ length: PATHS }, (_, index) => pathOf(index));
  let sum = 0;
  const round = (): number => {
    const begun = performance.now();
    for (let call = 0; call < CALLS; call++) sum += grouper.rowOf(0 as RouteIndex, head, paths[call % PATHS]!, 200);
    return ((performance.now() - begun) * 1e6) / CALLS;
  };
  round();
  const [least, , , median, , , greatest] = Array.from({ length: ROUNDS }, round).toSorted((a, b) => a - b);
  const figures = `${median!.toFixed(0)} ns (${least!.toFixed(0)}–${greatest!.toFixed(0)})`;
  console.log(
    `${name.padEnd(36)} ${figures.padEnd(22)} ${names.automatic} routes, rows up to ${Math.ceil(sum / CALLS / (ROUNDS + 1))}`,
  );
}
