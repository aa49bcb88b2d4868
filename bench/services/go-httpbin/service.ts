import { join } from 'node:path';
import { complete } from '../processes.ts';
import type { Edition, Service } from '../service.ts';

const edition = (version: string): Edition => ({
  version,
  packages: { from: 'go', module: 'github.com/mccutchen/go-httpbin/v2/cmd/go-httpbin', version: `v${version}` },
  start: ({ installed, port }) => ({
    command: join(installed, 'go-httpbin'),
    args: ['-host', '127.0.0.1', '-port', String(port)],
  }),
});

const TARGETS = [
  ...['/', '/get', '/get?a=1&b=2&b=3', '/headers', '/ip', '/user-agent', '/status/404', '/redirect/2', '/cookies'],
  ...['/cookies/set?a=1', '/json', '/html', '/xml', '/deny', '/cache', '/etag/abc', '/response-headers?x=1', '/uuid'],
  ...['/base64/aGVsbG8=', '/bytes/16?seed=1', '/range/10', '/gzip', '/deflate', '/encoding/utf8', '/image/png'],
  ...['/basic-auth/u/p', '/bearer', '/anything/x', '/stream/2', '/delay/0', '/sse?count=1', '/digest-auth/auth/u/p'],
  ...['/links/3', '/nothing', '/upload'],
];

/** Both versions were asked directly with curl. */
export const goHttpbin: Service = {
  name: 'go-httpbin',
  about: 'an echo service, asked by curl',
  primary: edition('2.18.2'),
  shadow: edition('2.26.0'),
  config: { mirror: { methods: ['GET', 'HEAD', 'POST', 'PUT'] } },
  drive: async ({ origin, folder }) => {
    const curl = (args: readonly string[]) =>
      complete({ command: 'curl', args: ['-sS', '-o', '/dev/null', ...args] }, folder);
    for (let round = 0; round < 3; round++) {
      for (const target of TARGETS) await curl([`${origin}${target}`]);
      await curl(['-d', 'a=1', `${origin}/post`]);
      await curl(['-H', 'content-type: application/json', '-d', '{"a":1}', `${origin}/post`]);
      await curl(['-X', 'PUT', '-d', 'text', `${origin}/put`]);
      await curl(['-F', 'f=text', `${origin}/anything`]);
    }
  },
  expected: [
    { cause: 'cookies are below a member of that name', places: ['added $.cookies'] },
    { cause: 'cookies are set for the whole site', places: ['header header.set-cookie[a].path'] },
    { cause: 'a user is authenticated, where it was authorized', places: ['added $.authenticated'] },
    {
      cause: 'there is an endpoint for uploads, which takes no GET',
      places: ['status status', 'header header.allow', 'value line'],
    },
    { cause: 'the home page names new endpoints', places: ['added $.html.*', 'value $.html.*'] },
  ],
};
