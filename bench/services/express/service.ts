import { nodeCommand, npm } from '../editions.ts';
import { type Request, sendAll } from '../requests.ts';
import type { Edition, Service } from '../service.ts';

const SERVER = new URL('server.mjs', import.meta.url).pathname;

const edition = (version: string): Edition => ({
  version,
  packages: npm({ express: version }),
  start: ({ installed, port }) => nodeCommand([SERVER, installed, String(port)]),
});

const form = { 'content-type': 'application/x-www-form-urlencoded' };

const REQUESTS: readonly Request[] = [
  'GET /products',
  'GET /products/1',
  'GET /products/9',
  'GET /search?q=tea',
  'GET /search?q=tea&filter[size]=L&tag=a&tag=b',
  { line: 'GET /host', headers: { host: 'shop.test:8080' } },
  { line: 'GET /back', headers: { referer: '/cart' } },
  'GET /old',
  'GET /logout',
  'GET /broken',
  'GET /files',
  'GET /files/',
  'GET /files/shop.js',
  'GET /files/.well-known/links.json',
  'GET /nothing',
  { line: 'POST /echo', headers: { 'content-type': 'application/json' }, body: '{"a":1}' },
  { line: 'POST /echo', headers: { 'content-type': 'application/json' }, body: '{"a":' },
  { line: 'POST /echo', headers: { 'content-type': 'text/plain' }, body: 'hello' },
  { line: 'POST /echo', headers: form, body: 'a=1&b[c]=2&d=1&d=2' },
];

/** Both versions were asked directly with curl, and the release notes of Express 5 read. */
export const express: Service = {
  name: 'express',
  about: 'a small shop, asked by an HTTP client',
  primary: edition('4.22.3'),
  shadow: edition('5.3.0'),
  config: { mirror: { methods: ['GET', 'HEAD', 'POST'] } },
  drive: ({ origin }) => sendAll(origin, [...REQUESTS, ...REQUESTS]),
  expected: [
    {
      cause: 'brackets in a query are no longer read as nested members',
      places: ['removed $.asked.filter', "added $.asked['filter[size]']"],
    },
    {
      cause: 'brackets in a form are no longer read as nested members',
      places: ['removed $.got.b', "added $.got['b[c]']"],
    },
    { cause: 'a body that no parser takes is undefined, no longer an empty object', places: ['type $.got'] },
    { cause: 'req.host keeps the port', places: ['value $.host'] },
    {
      cause: "res.redirect('back') goes to a page that is called back, no longer to the referrer",
      places: ['header header.location', 'value line'],
    },
    { cause: 'res.clearCookie takes no maxAge', places: ['header header.set-cookie[basket]*'] },
    { cause: 'scripts are text/javascript', places: ['header header.content-type'] },
    {
      cause: 'static files in .well-known are not served',
      places: [
        'status status',
        'added line',
        'encoding $',
        'header header.content-type',
        'header header.accept-ranges',
        'header header.cache-control',
        'header header.content-security-policy',
        'header header.last-modified',
        'header header.x-content-type-options',
      ],
    },
  ],
};
