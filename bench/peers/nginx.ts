import { spawnSync } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../harness/ports.ts';
import { findProgram, launch, type Started, stop, untilListening } from '../harness/processes.ts';
import type { Peer, Site } from './peer.ts';

export const nginx = nginxPeer('nginx', 'off');
export const nginxMirror = nginxPeer('nginx with mirror', 'on');

function nginxPeer(name: string, mirror: 'on' | 'off'): Peer {
  return {
    name,
    mirrors: mirror === 'on',
    speaksTls: true,
    install: 'apt-get install nginx',
    version: nginxVersion,
    start: async (site) => {
      const port = await freePort();
      const started = await startNginx(nginxProxy(port, site, mirror), site.folder, port, site.cores);
      return { pid: started.pid, port, stop: () => stop(started) };
    },
  };
}

export function nginxVersion(): string | undefined {
  const program = findProgram('nginx');
  if (program === undefined) return undefined;
  return /nginx\/(\S+)/.exec(spawnSync(program, ['-v'], { encoding: 'utf8' }).stderr)?.[1];
}

/** Starts nginx with this `http` block, on these cores or on the benchmark's own; resolves when it listens on the port. */
export async function startNginx(
  http: string,
  parent: string,
  port: number,
  cores?: readonly number[],
): Promise<Started> {
  const { command, args, log } = await prepareNginx(http, parent, cores?.length);
  const started = launch({ command, args, ...(cores && { cores }), log });
  await untilListening(started, port);
  return started;
}

/** What starts nginx with this `http` block; its files are written. */
export async function prepareNginx(http: string, parent: string, workers = 1) {
  const folder = await mkdtemp(join(parent, 'nginx-'));
  const config = join(folder, 'nginx.conf');
  await writeFile(config, mainConfig(folder, http, workers));
  const log = join(folder, 'error.log');
  return { command: findProgram('nginx')!, args: ['-c', config, '-e', log], log };
}

function mainConfig(folder: string, http: string, workers: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
    daemon off;
    worker_processes ${workers};
    ${process.getuid?.() === 0 ? 'user root;' : ''}
    pid ${folder}/nginx.pid;
    events { worker_connections 8192; }
    http {
      access_log off;
      keepalive_timeout 300s;
      keepalive_requests 1000000000;
      client_max_body_size 0;
      ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n      ')}
      ${http}
    }`;
}

/** The `http` block of a proxy. */
export function nginxProxy(port: number, { primary, shadow, tls }: Site, mirror: 'on' | 'off'): string {
  const certificate = tls && `ssl_certificate ${tls.certificate}; ssl_certificate_key ${tls.key};`;
  return `
    upstream primary { server 127.0.0.1:${primary}; keepalive 256; keepalive_requests 1000000000; }
    upstream shadow { server 127.0.0.1:${shadow}; keepalive 256; keepalive_requests 1000000000; }
    proxy_http_version 1.1;
    proxy_request_buffering off;
    proxy_max_temp_file_size 0;
    proxy_set_header Connection "";
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $scheme;
    server {
      listen 127.0.0.1:${port}${tls ? ' ssl' : ''};
      ${certificate ?? ''}
      location / {
        ${mirror === 'on' ? 'mirror /mirror;' : ''}
        proxy_pass http://primary;
      }
      location = /mirror {
        internal;
        proxy_read_timeout 5s;
        proxy_pass http://shadow$request_uri;
      }
    }`;
}
