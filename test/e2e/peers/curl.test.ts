import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Transport } from '../../support/application.ts';
import { certificateFile } from '../../support/certificates.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { transfers } from './clients/curl.ts';
import { startApplicationStage } from './stage.ts';

const FILES = new URL('../../fixtures/applications/files.mjs', import.meta.url);

/** Each is a curl of its own, with arguments for each of its transfers; `/` stands for the origin. */
const RUNS: readonly [what: string, transfers: readonly (readonly string[])[], connects: readonly number[]][] = [
  ['keeps its connection', [['/'], ['/data.json'], ['--head', '/'], ['/nowhere'], ['/']], [1, 0, 0, 0, 0]],
  ['asks for the connection to be closed', [['--header', 'Connection: close', '/'], ['/']], [1, 1]],
  [
    'speaks HTTP/1.0',
    [
      ['--http1.0', '/'],
      ['--http1.0', '--compressed', '/data.json'],
      ['--http1.0', '--head', '/'],
    ],
    [1, 1, 1],
  ],
  [
    'keeps its HTTP/1.0 connection where the length is known',
    [
      ['--http1.0', '--header', 'Connection: keep-alive', '/image.bin'],
      ['--http1.0', '--header', 'Connection: keep-alive', '/image.bin'],
    ],
    [1, 0],
  ],
  [
    'follows redirects',
    [
      ['--location', '/moved'],
      ['--location', '/docs'],
    ],
    [1, 0],
  ],
  [
    'decompresses',
    [
      ['--compressed', '/data.json'],
      ['--compressed', '/'],
    ],
    [1, 0],
  ],
  ['resumes a download', [['--continue-at', '30000000', '/huge.bin']], [1]],
  ['reads slowly', [['--limit-rate', '8M', '--range', '0-4194303', '/large.bin']], [1]],
];
/** Each redirect that is followed is a request of its own. */
const REQUESTS = RUNS.flatMap(([_what, list]) => list).length + 2;

const MIRROR = { maxBody: '64MiB', buffer: '256MiB', tape: '128MiB' };

type Place = { readonly port: number; readonly socketPath?: string | undefined };

const TRANSPORTS: Record<Transport, (place: Place) => { args: readonly string[]; origin: string }> = {
  tcp: ({ port }) => ({ args: [], origin: `http://127.0.0.1:${port}` }),
  tls: ({ port }) => ({ args: ['--cacert', certificateFile('ca')], origin: `https://localhost:${port}` }),
  unix: ({ socketPath }) => ({ args: ['--unix-socket', socketPath!], origin: 'http://localhost' }),
};

test.each(['tcp', 'tls', 'unix'] as const)(
  'over %s curl is served through Understudy as without it, whatever it is told to do',
  async (transport) => {
    const socketPath = join(temporaryDirectory(), 'understudy.sock');
    const address = transport === 'unix' ? `unix:${socketPath}` : '127.0.0.1:0';
    const tls = { cert: certificateFile('local'), key: certificateFile('local', 'key') };
    const listen = { address, ...(transport === 'tls' && { tls }) };
    const stage = await startApplicationStage(FILES, { listen, mirror: MIRROR }, transport);
    const ask = (place: Place, list: readonly (readonly string[])[]) => {
      const { args, origin } = TRANSPORTS[transport](place);
      return transfers(list.map((own) => [...args, ...own.slice(0, -1), `${origin}${own.at(-1)}`]));
    };
    for (const [what, list, connects] of RUNS) {
      const expected = await ask(stage.direct, list);
      expect({ what, connects: expected.map((transfer) => transfer.connects) }).toEqual({ what, connects });
      expect({ what, exits: expected.map(({ exit }) => exit) }).toEqual({ what, exits: list.map(() => 0) });
      expect({ what, seen: await ask({ ...stage.through, socketPath }, list) }).toEqual({ what, seen: expected });
    }
    const counted = await stage.outcomes(REQUESTS);
    expect(counted.outcomes('match')).toBe(REQUESTS);
    expect(await stage.copies(REQUESTS)).toEqual(stage.requests().toSorted());
  },
);
