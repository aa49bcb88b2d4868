import { nodePeer } from './node-peer.ts';

export const replyFrom = nodePeer({
  name: 'reply-from',
  packages: ['@fastify/reply-from', 'fastify'],
  install: 'npm install @fastify/reply-from fastify',
  program: 'reply-from-program.ts',
});
