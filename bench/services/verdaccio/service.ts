import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeCommand } from '../editions.ts';
import { complete } from '../processes.ts';
import { sendAll } from '../requests.ts';
import type { Edition, Service } from '../service.ts';

const CONFIG = `storage: ./storage
auth: {htpasswd: {file: ./htpasswd}}
packages: {'**': {access: $all, publish: $all}}
log: {type: stdout, format: json, level: warn}
`;

const edition = (version: string): Edition => ({
  version,
  // It asks for a node-fetch by a tag that is gone.
  packages: { from: 'npm', packages: { verdaccio: version }, overrides: { 'node-fetch': '2.6.7' } },
  start: async ({ installed, folder, port }) => {
    const config = join(folder, 'config.yaml');
    await writeFile(config, CONFIG);
    const main = join(installed, 'node_modules/verdaccio/bin/verdaccio');
    return nodeCommand([main, '--config', config, '--listen', `127.0.0.1:${port}`]);
  },
});

const REQUESTS = [
  'GET /',
  'GET /-/ping',
  'GET /teapot',
  'GET /none',
  'GET /-/all',
  'GET /-/v1/search?text=teapot',
  'GET /-/verdaccio/data/packages',
  'GET /-/whoami',
  'GET /-/npm/v1/user',
  'GET /-/package/teapot/dist-tags',
  'GET /-/static/none.js',
];

/** Both versions were asked directly with curl. */
export const verdaccio: Service = {
  name: 'verdaccio',
  about: 'a registry of packages, asked by npm',
  primary: edition('5.33.0'),
  shadow: edition('6.8.0'),
  config: { mirror: { methods: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'] } },
  drive: async ({ origin, folder }) => {
    const npm = (...args: readonly string[]) =>
      complete({ command: 'npm', args: [...args, '--registry', origin, '--cache', join(folder, 'cache')] }, folder);
    // Whoever publishes must have a token, whatever it is: everyone may.
    await writeFile(join(folder, '.npmrc'), `${origin.slice('http:'.length)}/:_authToken=anyone\n`);
    await writeFile(join(folder, 'index.js'), 'export default 1;\n');
    for (const version of ['1.0.0', '1.1.0']) {
      await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'teapot', version, description: 'stout' }));
      await npm('publish');
      await npm('view', 'teapot');
      await npm('pack', `teapot@${version}`, '--pack-destination', folder);
    }
    await npm('dist-tag', 'add', 'teapot@1.0.0', 'old');
    await sendAll(origin, [...REQUESTS, ...REQUESTS]);
  },
  expected: [
    { cause: 'searches have a rate limit', places: ['header header.x-ratelimit-limit'] },
    {
      cause: 'packages in lists have a publisher',
      places: ['added $.teapot.publisher', 'added $.objects[*].package.publisher'],
    },
    {
      cause: 'the page loads its scripts and its options in another way',
      places: ['removed $.html.*', 'added $.html.*', 'value $.html.*'],
    },
  ],
};
