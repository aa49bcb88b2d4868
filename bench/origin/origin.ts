import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { freePort } from '../harness/ports.ts';
import { launch, stop, untilListening } from '../harness/processes.ts';
import { nginxVersion, startNginx } from '../peers/nginx.ts';
import { ANSWER, answerOf, DIFFERING_PATH, differingAnswer, pathOfSize, SIZES, UPLOAD_PATH } from './answer.ts';

/** What stands behind the proxies: one process that answers the same on two ports of 127.0.0.1. */
export interface Origin {
  readonly kind: 'nginx' | 'node';
  readonly primary: number;
  readonly shadow: number;
  /** Requests received so far on both ports together. */
  requests(): Promise<number>;
  stop(): Promise<void>;
}

/** nginx where it is found, since it costs the load's core least; a small server of our own otherwise. */
export async function startOrigin(folder: string): Promise<Origin> {
  return nginxVersion() === undefined ? startNodeOrigin(folder) : startNginxOrigin(folder);
}

/** The only one that also takes and gives large bodies: see node-program.ts. */
export async function startNodeOrigin(folder: string): Promise<Origin> {
  const [primary, shadow, status] = [await freePort(), await freePort(), await freePort()];
  const program = new URL('node-program.ts', import.meta.url).pathname;
  const started = launch({
    command: process.execPath,
    args: [program, String(primary), String(shadow), String(status)],
    log: join(folder, 'node-origin.log'),
  });
  await untilListening(started, status);
  return {
    kind: 'node',
    primary,
    shadow,
    requests: async () => Number(await textFrom(status)),
    stop: () => stop(started),
  };
}

async function startNginxOrigin(folder: string): Promise<Origin> {
  const [primary, shadow, status] = [await freePort(), await freePort(), await freePort()];
  await mkdir(join(folder, dirname(pathOfSize(0))), { recursive: true });
  for (const bytes of SIZES) await writeFile(join(folder, pathOfSize(bytes)), answerOf(bytes));
  const http = `
    default_type application/json;
    map $msec $millis { "~\\.(?<fraction>\\d+)$" $fraction; }
    ${target(primary, 'primary', folder)}
    ${target(shadow, 'shadow', folder)}
    server {
      listen 127.0.0.1:${status};
      location / { stub_status; }
    }`;
  const started = await startNginx(http, folder, status);
  let looks = 0;
  return {
    kind: 'nginx',
    primary,
    shadow,
    requests: async () => {
      // The page counts the looks at itself, this one included.
      looks += 1;
      const counted = /^ *\d+ \d+ (\d+)/m.exec(await textFrom(status))?.[1];
      if (counted === undefined) throw new Error('nginx did not tell how many requests it has received');
      return Number(counted) - looks;
    },
    stop: () => stop(started),
  };
}

function target(port: number, side: 'primary' | 'shadow', folder: string): string {
  return `
    server {
      listen 127.0.0.1:${port};
      root ${folder};
      location / { return 200 '${ANSWER}'; }
      location = ${DIFFERING_PATH} { return 200 '${differingAnswer(side, '$' + '{millis}')}'; }
      location ${dirname(pathOfSize(0))}/ { sendfile on; }
      # nginx reads a body only for somebody: here for a mirror that throws it away.
      location = ${UPLOAD_PATH} {
        client_body_buffer_size 16m;
        mirror /nobody;
        error_page 405 =200 /;
      }
      location = /nobody { internal; return 204; }
    }`;
}

async function textFrom(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(5_000) });
  return response.text();
}
