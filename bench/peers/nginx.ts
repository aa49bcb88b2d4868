import { spawnSync } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROXY_CORE } from '../harness/machine.ts';
import { freePort } from '../harness/ports.ts';
import { findProgram, launch, type Started, stop, untilListening } from '../harness/processes.ts';
import type { Peer, Site } from './peer.ts';

export const nginx = nginxPeer('nginx', 'off');
export const nginxMirror = nginxPeer('nginx with mirror', 'on');

function nginxPeer(name: string, mirror: 'on' | 'off'): Peer {
  return {
    name,
    mirrors: mirror === 'on',
    install: 'apt-get install nginx',
    version: nginxVersion,
    start: async (site) => {
      const port = await freePort();
      const started = await startNginx(nginxProxy(port, site, mirror), site.folder, PROXY_CORE, port);
      return { pid: started.pid, port, stop: () => stop(started) };
    },
  };
}

export function nginxVersion(): string | undefined {
  const program = findProgram('nginx');
  if (program === undefined) return undefined;
  return /nginx\/(\S+)/.exec(spawnSync(program, ['-v'], { encoding: 'utf8' }).stderr)?.[1];
}

/** Starts nginx with one worker and this `http` block; resolves when it listens on the port. */
export async function startNginx(http: string, parent: string, core: number, port: number): Promise<Started> {
  const { command, args, log } = await prepareNginx(http, parent);
  const started = launch({ command, args, core, log });
  await untilListening(started, port);
  return started;
}

/** What starts nginx with one worker and this `http` block; its files are written. */
export async function prepareNginx(http: string, parent: string) {
  const folder = await mkdtemp(join(parent, 'nginx-'));
  const config = join(folder, 'nginx.conf');
  await writeFile(config, mainConfig(folder, http));
  const log = join(folder, 'error.log');
  return { command: findProgram('nginx')!, args: ['-c', config, '-e', log], log };
}

function mainConfig(folder: string, http: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
    daemon off;
    worker_processes 1;
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
export function nginxProxy(port: number, { primary, shadow }: Site, mirror: 'on' | 'off'): string {
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
      listen 127.0.0.1:${port};
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
