import { nodeCommand, npm } from '../editions.ts';
import { type Request, sendAll } from '../requests.ts';
import type { Edition, Service } from '../service.ts';

const SITE = new URL('site', import.meta.url).pathname;

const edition = (version: string, main: string): Edition => ({
  version,
  packages: npm({ serve: version }),
  start: ({ installed, port }) =>
    nodeCommand([`${installed}/node_modules/serve/${main}`, '--cors', '--listen', `tcp://127.0.0.1:${port}`, SITE]),
});

const REQUESTS: readonly Request[] = [
  'GET /',
  'HEAD /',
  'GET /about',
  'GET /about.html',
  'GET /old/about',
  'GET /api/anything',
  'GET /blog',
  'GET /blog/data.json',
  'GET /site.css',
  { line: 'GET /site.css', headers: { range: 'bytes=0-3' } },
  'GET /app.js',
  'GET /photos',
  'GET /photos/',
  { line: 'GET /photos', headers: { accept: 'application/json' } },
  'GET /photos/one.txt',
  'GET /photos/two%20words.txt',
  'GET /big.txt',
  { line: 'GET /big.txt', headers: { 'accept-encoding': 'gzip' } },
  { line: 'GET /big.txt', headers: { 'accept-encoding': 'br' } },
  'GET /nothing',
];

/** Both versions were asked directly with curl: with what is served here nothing else differs. */
export const serve: Service = {
  name: 'serve',
  about: 'a folder of static files, asked by an HTTP client',
  primary: edition('13.0.4', 'bin/serve.js'),
  shadow: edition('14.2.7', 'build/main.js'),
  drive: ({ origin }) => sendAll(origin, [...REQUESTS, ...REQUESTS]),
  expected: [
    {
      cause: '--cors allows any field, credentials and private networks, on every response',
      places: [
        'header header.access-control-allow-headers',
        'header header.access-control-allow-credentials',
        'header header.access-control-allow-private-network',
      ],
    },
    { cause: 'responses are compressed with Brotli too', places: ['encoding header.content-encoding'] },
  ],
};
