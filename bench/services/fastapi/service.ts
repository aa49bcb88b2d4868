import { pythonCommand } from '../editions.ts';
import { type Request, sendAll } from '../requests.ts';
import type { Edition, Service } from '../service.ts';

const HERE = new URL('.', import.meta.url).pathname;
const COMMON = ['uvicorn==0.54.0', 'email-validator==2.3.0'];

const edition = (fastapi: string, pydantic: string): Edition => ({
  version: `${fastapi} with pydantic ${pydantic}`,
  packages: { from: 'pypi', requirements: [`fastapi==${fastapi}`, `pydantic==${pydantic}`, ...COMMON] },
  start: ({ installed, port }) =>
    pythonCommand(installed, 'uvicorn', ['--app-dir', HERE, '--port', String(port), 'app:app']),
});

const REQUESTS: readonly Request[] = [
  'GET /orders/1',
  'GET /orders/1?verbose=yes',
  'GET /orders/1?verbose=perhaps',
  'GET /orders/x',
  'GET /orders/500',
  'GET /search?q=tea',
  'GET /search',
  'GET /search?q=much-too-long-text&limit=99',
  'GET /old',
  'GET /nothing',
  post('{"customer":"Ada","placed":"2026-01-02T03:04:05Z","lines":[{"sku":"ab","count":1,"price":"1.10"}]}'),
  post('{"customer":"Ada","placed":1767323045,"email":"a@example.org","callback":"https://example.org","lines":[]}'),
  post('{"customer":7,"placed":"2026-01-02T03:04:05Z","lines":[]}'),
  post(
    '{"customer":"Ada","placed":"yesterday","email":"nobody","callback":"x","lines":[{"sku":"a","count":0,"price":"free"}]}',
  ),
  post('{"customer":'),
  post('{}'),
];

function post(body: string): Request {
  return { line: 'POST /orders', headers: { 'content-type': 'application/json' }, body };
}

/** Both versions were asked directly with curl. */
export const fastapi: Service = {
  name: 'fastapi',
  about: 'a small order desk, asked by an HTTP client',
  primary: edition('0.99.1', '1.10.21'),
  shadow: edition('0.165.0', '2.11.7'),
  config: { mirror: { methods: ['GET', 'HEAD', 'POST'] } },
  drive: ({ origin }) => sendAll(origin, [...REQUESTS, ...REQUESTS]),
  expected: [
    {
      cause: 'what is wrong with a request is told in other words and codes, with the input beside it',
      places: [
        'value $.detail[*].msg',
        'value $.detail[*].type',
        'added $.detail[*].input',
        'added $.detail[*].ctx*',
        'removed $.detail[*].ctx*',
      ],
    },
    {
      cause: 'a number is no longer taken for a text: such an order is refused',
      places: [
        'status status',
        'added $.detail',
        ...['callback', 'customer', 'email', 'lines', 'note', 'placed'].map((name) => `removed $.${name}`),
      ],
    },
    { cause: 'a URL without a path gets one', places: ['value $.callback'] },
    { cause: 'times in UTC end in Z', places: ['value $.placed'] },
    { cause: 'decimals are texts, which keep their zeros', places: ['type $.lines[*].price'] },
  ],
};
