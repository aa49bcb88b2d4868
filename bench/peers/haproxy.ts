import type { Site } from './peer.ts';
import { programPeer } from './program-peer.ts';

export const haproxy = programPeer({
  name: 'haproxy',
  mirrors: false,
  speaksTls: true,
  install: 'apt-get install haproxy',
  program: 'haproxy',
  version: { args: ['-v'], pattern: /version (\S+)/ },
  files: (site) => ({ 'haproxy.cfg': proxyConfig(site) }),
  args: ({ folder }) => ['-db', '-f', `${folder}/haproxy.cfg`],
});

/** It wants certificate and key in one file, or the key beside it as CERTIFICATE.key. */
function proxyConfig({ port, primary, cores, tls }: Site & { readonly port: number }): string {
  return `
global
  nbthread ${cores.length}
  maxconn 8192
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  option forwardfor
  http-reuse always
listen proxy
  bind 127.0.0.1:${port}${tls ? ` ssl crt ${tls.certificate}` : ''}
  server primary 127.0.0.1:${primary} pool-max-conn 256
`;
}
