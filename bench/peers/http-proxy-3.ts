import { nodePeer } from './node-peer.ts';

export const httpProxy3 = nodePeer({
  name: 'http-proxy-3',
  packages: ['http-proxy-3'],
  install: 'npm install http-proxy-3',
  program: 'http-proxy-program.ts',
});
