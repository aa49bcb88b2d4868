import { caddy } from './caddy.ts';
import { envoy, envoyMirror } from './envoy.ts';
import { goReplay } from './goreplay.ts';
import { haproxy } from './haproxy.ts';
import { httpProxy3 } from './http-proxy-3.ts';
import { httpxy } from './httpxy.ts';
import { nginx, nginxMirror } from './nginx.ts';
import { nodeHttpProxy } from './node-http-proxy.ts';
import type { Peer, RunningPeer, Site } from './peer.ts';
import { replyFrom } from './reply-from.ts';
import { traefik, traefikFast, traefikFastMirror, traefikMirror } from './traefik.ts';
import { understudyEdge, understudyMirror } from './understudy.ts';

export const PEERS: readonly Peer[] = [
  understudyEdge,
  understudyMirror,
  nginx,
  nginxMirror,
  goReplay,
  envoy,
  envoyMirror,
  traefik,
  traefikMirror,
  traefikFast,
  traefikFastMirror,
  haproxy,
  caddy,
  nodeHttpProxy,
  httpProxy3,
  httpxy,
  replyFrom,
];

export function isFound(peer: Peer): boolean {
  return peer.version() !== undefined;
}

/** Starts those of them that this machine has. Idle peers cost nothing, so all of them run side by side. */
export async function startFound(peers: readonly Peer[], site: Site): Promise<Map<Peer, RunningPeer>> {
  const running = new Map<Peer, RunningPeer>();
  for (const peer of peers.filter(isFound)) {
    try {
      running.set(peer, await peer.start(site));
    } catch (error) {
      throw new Error(`${peer.name} could not be started: ${(error as Error).message}`);
    }
  }
  return running;
}
