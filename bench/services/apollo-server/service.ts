import { nodeCommand, npm } from '../editions.ts';
import { complete } from '../processes.ts';
import { type Request, sendAll } from '../requests.ts';
import type { Edition, Service } from '../service.ts';

const SERVER = new URL('server.mjs', import.meta.url).pathname;
const CLIENT = new URL('client.mjs', import.meta.url).pathname;
const GRAPHQL = '16.15.0';

const edition = (version: string, packages: Readonly<Record<string, string>>): Edition => ({
  version,
  packages: npm({ ...packages, graphql: GRAPHQL }),
  start: ({ installed, port }) => nodeCommand([SERVER, installed, String(port)]),
});

/** What the client would not send by itself. */
const REQUESTS: readonly Request[] = [
  post('{}'),
  post('{"query":"{"}'),
  post('[{"query":"{books{id}}"},{"query":"{book(id:1){title}}"}]'),
  post('{"query":"query A{books{id}} query B{books{title}}","operationName":"C"}'),
  post('{"query":"query I{__schema{queryType{name}}}"}'),
  'GET /?query=%7Bbooks%7Bid%7D%7D',
  { line: 'GET /?query=%7Bbooks%7Bid%7D%7D', headers: { 'apollo-require-preflight': '1' } },
  'GET /.well-known/apollo/server-health',
  'PUT /',
];

function post(body: string): Request {
  return { line: 'POST /', headers: { 'content-type': 'application/json' }, body };
}

/** Both versions were asked directly with curl, and Apollo's migration guide read. */
export const apolloServer: Service = {
  name: 'apollo-server',
  about: 'a small library over GraphQL, asked by @apollo/client',
  primary: edition('3.13.0', { 'apollo-server': '3.13.0' }),
  shadow: edition('4.13.0', { '@apollo/server': '4.13.0' }),
  client: npm({ '@apollo/client': '3.14.0', graphql: GRAPHQL }),
  config: { mirror: { methods: ['GET', 'HEAD', 'POST', 'PUT'] } },
  drive: async ({ origin, installed, folder }) => {
    await complete(nodeCommand([CLIENT, installed, `${origin}/`]), folder);
    await sendAll(origin, REQUESTS);
  },
  expected: [
    { cause: 'the framework is named', places: ['header header.x-powered-by'] },
    { cause: 'responses may not be cached', places: ['header header.cache-control'] },
    { cause: 'variables that do not fit have status 200, no longer 400', places: ['status status'] },
    { cause: 'errors tell where in the query they are', places: ['added $.errors[*].locations'] },
    {
      cause: 'requests that are none of GraphQL get an error in JSON, no longer a text',
      places: ['encoding $', 'value line', 'added line', 'header header.content-type', 'header header.allow'],
    },
    { cause: 'several operations in one request are refused', places: ['type $'] },
    {
      cause: 'a request that a page of another origin could send is refused',
      places: ['removed $.data', 'added $.errors'],
    },
    {
      cause: 'an unknown operation has an error code of its own, and so has introspection',
      places: ['value $.errors[*].extensions.code', 'added $.errors[*].extensions.validationErrorCode'],
    },
    {
      cause: 'the health check is gone',
      places: ['removed $.status', 'header header.access-control-allow-origin'],
    },
  ],
};
