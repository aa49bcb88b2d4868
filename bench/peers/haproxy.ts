import { programPeer } from './program-peer.ts';

export const haproxy = programPeer({
  name: 'haproxy',
  mirrors: false,
  install: 'apt-get install haproxy',
  program: 'haproxy',
  version: { args: ['-v'], pattern: /version (\S+)/ },
  files: ({ port, primary }) => ({ 'haproxy.cfg': proxyConfig(port, primary) }),
  args: (folder) => ['-db', '-f', `${folder}/haproxy.cfg`],
});

function proxyConfig(port: number, primary: number): string {
  return `
global
  nbthread 1
  maxconn 8192
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  option forwardfor
  http-reuse always
listen proxy
  bind 127.0.0.1:${port}
  server primary 127.0.0.1:${primary} pool-max-conn 256
`;
}
