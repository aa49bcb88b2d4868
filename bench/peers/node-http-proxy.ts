import { nodePeer } from './node-peer.ts';

export const nodeHttpProxy = nodePeer({
  name: 'node-http-proxy',
  packages: ['http-proxy'],
  program: 'http-proxy-program.ts',
});
