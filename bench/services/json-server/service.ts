import { FINDINGS, FRAMEWORK_HEADERS, IDENTICAL, OTHER_CONTENT } from '../../../test/fixtures/json-server/expected.ts';
import { npm } from '../editions.ts';
import { sendAll } from '../requests.ts';
import type { Cause, Edition, Service } from '../service.ts';

const DATA = new URL('../../../test/fixtures/json-server/db.json', import.meta.url).pathname;

const edition = (version: string, main: string): Edition => ({
  version,
  packages: npm({ 'json-server': version }),
  // Not as in production, where 1.0 looks for a folder of static files.
  start: ({ installed, port }) => ({
    command: process.execPath,
    args: [`${installed}/node_modules/json-server/${main}`, '--host', '127.0.0.1', '--port', String(port), DATA],
  }),
});

/** Where two pages have nothing in common, any place in them is the finding. */
const ANYWHERE_IN_A_PAGE = [
  'added line',
  'removed line',
  'value line',
  'bytes *',
  'encoding $',
  'added $*',
  'removed $*',
  'value $*',
];

const FOUND: readonly Cause[] = FINDINGS.map(({ cause, route, places }) => ({
  cause,
  places: OTHER_CONTENT.includes(route)
    ? [...places.filter((place) => place !== 'body'), ...ANYWHERE_IN_A_PAGE]
    : places,
}));

/** The requests and what was found by hand are those of the end-to-end test. */
export const jsonServer: Service = {
  name: 'json-server',
  about: 'a database served as JSON, asked by an HTTP client',
  primary: edition('0.17.4', 'lib/cli/bin.js'),
  shadow: edition('1.0.0-beta.15', 'lib/bin.js'),
  drive: ({ origin }) => sendAll(origin, [...FINDINGS.flatMap(({ requests }) => requests), ...IDENTICAL]),
  expected: [
    {
      cause: 'another web framework, which sends other fields',
      places: FRAMEWORK_HEADERS.map((name) => `header header.${name}`),
    },
    { cause: 'ids from a file are made texts', places: ['type $[*].id', 'type $.id'] },
    ...FOUND,
  ],
};
