import { pythonCommand } from '../editions.ts';
import { complete } from '../processes.ts';
import { sendAll } from '../requests.ts';
import type { Edition, Service } from '../service.ts';

const SERVED = ['six==1.17.0', 'idna==3.10'];

const edition = (version: string): Edition => ({
  version,
  packages: { from: 'pypi', requirements: [`pypiserver==${version}`, 'setuptools==80.9.0'] },
  start: async ({ installed, folder, port }) => {
    const served = `${folder}/packages`;
    await complete(
      pythonCommand(installed, 'pip', ['download', '--quiet', '--no-deps', '-d', served, ...SERVED]),
      folder,
    );
    return pythonCommand(installed, 'pypi-server', ['run', '-i', '127.0.0.1', '-p', String(port), served]);
  },
});

const REQUESTS = [
  'GET /',
  'GET /simple',
  'GET /simple/',
  'GET /simple/Idna/',
  'GET /simple/none/',
  'GET /packages/',
  'GET /packages/none.whl',
  'GET /six/json',
  'GET /health',
  'GET /favicon.ico',
];

/** Both versions were asked directly with curl. */
export const pypiserver: Service = {
  name: 'pypiserver',
  about: 'an index of Python packages, asked by pip',
  primary: edition('1.5.2'),
  shadow: edition('2.3.2'),
  client: { from: 'pypi', requirements: ['pip==25.3'] },
  drive: async ({ origin, installed, folder }) => {
    for (const [round, name] of ['six', 'idna', 'six', 'idna'].entries()) {
      const index = ['--index-url', `${origin}/simple/`, '--no-cache-dir', '--no-deps', '--quiet'];
      await complete(pythonCommand(installed, 'pip', ['download', ...index, '-d', `${folder}/${round}`, name]), folder);
    }
    await sendAll(origin, [...REQUESTS, ...REQUESTS]);
  },
  expected: [
    {
      cause: 'pages name their language and their charset',
      places: ["added $.html['@lang']", 'added $.html.head.meta'],
    },
    { cause: 'links have a SHA-256, no longer an MD5', places: ["value $.html.body.a[*]['@href']"] },
    { cause: 'error pages have another font', places: ["value $.html.head.style[*]['#text']"] },
    { cause: 'an error without a text shows none, no longer None', places: ["removed $.html.body.pre[*]['#text']"] },
    { cause: 'the home page tells the version', places: ["value $.html.body.p[*]['#text']"] },
    { cause: 'files have an ETag', places: ['header header.etag'] },
  ],
};
