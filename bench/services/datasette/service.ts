import { pythonCommand } from '../editions.ts';
import { complete } from '../processes.ts';
import { type Request, sendAll } from '../requests.ts';
import type { Edition, Service } from '../service.ts';

const MAKE_DATABASE = new URL('make-database.py', import.meta.url).pathname;

const edition = (version: string): Edition => ({
  version,
  packages: { from: 'pypi', requirements: [`datasette==${version}`, 'uvicorn==0.54.0', 'setuptools==80.9.0'] },
  start: async ({ installed, folder, port }) => {
    const database = `${folder}/shop.db`;
    await complete(pythonCommand(installed, 'python', [MAKE_DATABASE, database]), folder);
    return pythonCommand(installed, 'datasette', ['serve', database, '-h', '127.0.0.1', '-p', String(port)]);
  },
});

const REQUESTS: readonly Request[] = [
  'GET /.json',
  'GET /-/versions.json',
  'GET /-/settings.json',
  'GET /-/databases.json',
  'GET /shop.json',
  'GET /shop/artists.json',
  'GET /shop/artists/1.json',
  'GET /shop/artists/9.json',
  'GET /shop/works.json?_size=5&_sort_desc=price',
  'GET /shop/works.json?_shape=array&_size=3',
  'GET /shop/works.json?_shape=objects&_size=1',
  'GET /shop/works.json?_facet=artist_id&_size=1',
  'GET /shop/works.json?artist_id__exact=1&_size=1',
  'GET /shop/works.csv?_size=3',
  'GET /shop/cheap.json',
  'GET /shop.json?sql=select+1+as+one',
  'GET /shop.json?sql=select+bad',
  'GET /shop/none.json',
  'GET /none.json',
];

/** Both versions were asked directly with curl, and the changelog of 1.0a read. */
export const datasette: Service = {
  name: 'datasette',
  about: 'tables served as JSON and CSV, asked by an HTTP client',
  primary: edition('0.64.8'),
  shadow: edition('1.0a19'),
  drive: ({ origin }) => sendAll(origin, [...REQUESTS, ...REQUESTS]),
  expected: [
    {
      cause: 'a table is its rows, which are objects, and no more unless asked for',
      places: [
        'type $.rows[*]',
        'added $.ok',
        ...['allow_execute_sql', 'columns', 'database', 'expandable_columns', 'expanded_columns', 'facet_results'],
        ...['filtered_table_rows_count', 'human_description_en', 'is_view', 'next_url', 'primary_keys', 'private'],
        ...['query', 'query_ms', 'suggested_facets', 'table', 'units'],
      ].map((place) => (place.includes(' ') ? place : `removed $.${place}`)),
    },
    { cause: 'facets have a level more', places: ['removed $.facet_results.artist_id', 'added $.facet_results.*'] },
    { cause: 'a row tells whether it was cut', places: ['added $.truncated'] },
    { cause: 'a row that is not there is told in other words', places: ['value $.error'] },
    { cause: 'databases are below a member of that name', places: ['added $.databases', 'removed $.shop'] },
    { cause: 'the instance shows its metadata', places: ['added $.metadata'] },
    { cause: 'a database tells the columns of its tables', places: ['added $.table_columns'] },
    {
      cause: 'queries have an address of their own, to which the old one redirects',
      places: ['status status', 'removed $', 'header header.location', 'header header.content-type'],
    },
    { cause: 'other responses may be kept for five seconds', places: ['header header.cache-control'] },
    { cause: 'other responses have a referrer policy', places: ['header header.referrer-policy'] },
    {
      cause: 'there are settings for writing and for signed tokens',
      places: ['added $.allow_signed_tokens', 'added $.max_insert_rows', 'added $.max_signed_tokens_ttl'],
    },
    {
      cause: 'it is another version, which asks SQLite about JSON in another way',
      places: ['value $.datasette.version', 'type $.sqlite.extensions.json1'],
    },
  ],
};
