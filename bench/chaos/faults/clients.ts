import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Understudy } from '../understudy.ts';
import { type Fault, repeatedly, type Victim } from './fault.ts';

/** Opens sockets that say something and never go on. */
function stalled(
  victim: Victim,
  name: string,
  count: number,
  place: (proxy: Understudy) => number,
  text: string,
): Fault {
  return {
    name,
    victim,
    harm: async ({ proxy }, ms) => {
      const sockets: Socket[] = Array.from({ length: count }, () => connect(place(proxy), '127.0.0.1'));
      for (const socket of sockets) socket.on('error', () => {}).write(text);
      await delay(ms);
      for (const socket of sockets) socket.destroy();
    },
  };
}

const REQUEST = 'GET /items/100 HTTP/1.1\r\nHost: x\r\n\r\n';

/** One client after the other that says something, and what it does then. */
function rude(name: string, every: number, text: string, behave: (socket: Socket) => void): Fault {
  return {
    name,
    victim: 'clients',
    harm: async ({ proxy }, ms) => {
      const sockets = new Set<Socket>();
      await repeatedly(every, ms, () => {
        const socket = connect(proxy.port, '127.0.0.1');
        sockets.add(socket);
        socket.on('error', () => {}).on('close', () => sockets.delete(socket));
        socket.write(text, () => behave(socket));
      });
      for (const socket of sockets) socket.destroy();
    },
  };
}

const LONG_LIST = `GET /items/1 HTTP/1.1\r\nHost: x\r\nConnection: ${'a,'.repeat(20_000)}a\r\n\r\n`;
const UPLOAD = `POST /items/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n${'x'.repeat(5_000)}`;
const SMUGGLED = `POST /items/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${REQUEST}`;
const clients = ({ port }: Understudy) => port;

export const CLIENT_FAULTS: readonly Fault[] = [
  stalled('clients', 'clients that stop in their head', 300, clients, 'GET / HTTP/1.1\r\nHost:'),
  stalled('clients', 'clients that stop in their upload', 100, clients, UPLOAD),
  stalled('clients', 'clients that do not read', 20, clients, REQUEST.repeat(100)),
  rude('clients that leave before their response', 10, REQUEST, (socket) => socket.destroy()),
  rude('clients that reset in their upload', 10, UPLOAD, (socket) => socket.resetAndDestroy()),
  rude('clients that close their half', 10, REQUEST, (socket) => socket.resume().end()),
  rude('clients that pipeline', 20, REQUEST.repeat(20), (socket) =>
    socket.resume().setTimeout(500, () => socket.destroy()),
  ),
  rude('hostile lists', 50, LONG_LIST, (socket) => socket.resume()),
  rude('smuggled requests', 20, SMUGGLED, (socket) => socket.resume()),
];

const RESOURCES = ['/', '/metrics', '/api/v1/summary', '/api/v1/verdict', '/api/v1/signatures', '/api/v1/openapi.json'];

export const OPERATOR_FAULTS: readonly Fault[] = [
  stalled('operators', 'slow clients of the admin address', 300, ({ admin }) => admin, 'GET /livez HTTP/1.1\r\n'),
  {
    name: 'a log that nobody reads',
    victim: 'operators',
    harm: async ({ proxy }, ms) => {
      proxy.readLog('stopped');
      await repeatedly(20, ms, () => proxy.child.kill('SIGHUP'));
      proxy.readLog('flowing');
    },
  },
  {
    name: 'mirroring switched off and on',
    victim: 'operators',
    harm: async ({ proxy }, ms) => {
      const put = (enabled: boolean) =>
        proxy
          .ask('/api/v1/mirror', {
            method: 'PUT',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ enabled }),
          })
          .catch(() => {});
      await repeatedly(200, ms, () =>
        put(false)
          .then(() => delay(100))
          .then(() => put(true)),
      );
    },
  },
  {
    name: 'dashboards in a hurry',
    victim: 'operators',
    harm: async ({ proxy }, ms) => {
      const ask = (path: string) => fetch(`http://127.0.0.1:${proxy.admin}${path}`).then((answer) => answer.text());
      await repeatedly(20, ms, () => Promise.allSettled(RESOURCES.map(ask)));
    },
  },
];
