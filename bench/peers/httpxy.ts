import { nodePeer } from './node-peer.ts';

export const httpxy = nodePeer({
  name: 'httpxy',
  packages: ['httpxy'],
  install: 'npm install httpxy',
  program: 'http-proxy-program.ts',
});
