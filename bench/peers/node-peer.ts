import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createRequire, findPackageJSON } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { freePort } from '../harness/ports.ts';
import { launch, stop, untilAnswering } from '../harness/processes.ts';
import type { Peer } from './peer.ts';

/** A peer that is a package of npm, found in this project or in a folder that NODE_PATH names. It only forwards. */
export interface NodePeer {
  readonly name: string;
  /** The package itself, then others that it needs beside it. */
  readonly packages: readonly [string, ...string[]];
  readonly install?: string;
  /** File in this folder that runs it. Its arguments are the paths of the packages, the port and the primary's port. */
  readonly program: string;
}

export function nodePeer({ name, packages, install, program }: NodePeer): Peer {
  return {
    name,
    mirrors: false,
    speaksTls: false,
    ...(install === undefined ? {} : { install }),
    version: () => {
      const [path] = packages.map(pathOf);
      return packages.some((needed) => pathOf(needed) === undefined) ? undefined : versionAt(path!);
    },
    start: async (site) => {
      const port = await freePort();
      const folder = await mkdtemp(join(site.folder, 'node-'));
      const started = launch({
        command: process.execPath,
        args: [
          join(import.meta.dirname, program),
          ...packages.map((needed) => pathOf(needed)!),
          `${port}`,
          `${site.primary}`,
        ],
        cores: site.cores,
        log: join(folder, 'output.log'),
      });
      await untilAnswering(started, port);
      return { pid: started.pid, port, stop: () => stop(started) };
    },
  };
}

function pathOf(name: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    return undefined;
  }
}

function versionAt(path: string): string {
  return (JSON.parse(readFileSync(findPackageJSON(pathToFileURL(path))!, 'utf8')) as { version: string }).version;
}
