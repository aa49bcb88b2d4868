import { spawnSync } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../harness/ports.ts';
import { findProgram, launch, stop, untilAnswering } from '../harness/processes.ts';
import type { Peer, Site } from './peer.ts';

/** A peer that is one program, found by PATH, which reads its configuration from files. */
export interface ProgramPeer {
  readonly name: string;
  readonly mirrors: boolean;
  readonly speaksTls: boolean;
  readonly install: string;
  readonly program: string;
  /** What makes the program say its version, and where in its words the version is (group 1). */
  readonly version: { readonly args: readonly string[]; readonly pattern: RegExp };
  /** The files it reads, by name, for a proxy that listens on this port of 127.0.0.1. */
  files(site: Site & { readonly port: number }): Readonly<Record<string, string>>;
  /** Its arguments; the folder is that of the files. */
  args(site: Site): readonly string[];
}

export function programPeer({ name, mirrors, speaksTls, install, program, version, files, args }: ProgramPeer): Peer {
  return {
    name,
    mirrors,
    speaksTls,
    install,
    version: () => programVersion(program, version),
    start: async (site) => {
      const port = await freePort();
      const folder = await mkdtemp(join(site.folder, `${program}-`));
      for (const [file, text] of Object.entries(files({ ...site, folder, port }))) {
        await writeFile(join(folder, file), text);
      }
      const log = join(folder, 'output.log');
      const started = launch({
        command: findProgram(program)!,
        args: args({ ...site, folder }),
        cores: site.cores,
        log,
      });
      await untilAnswering(started, port, site.tls && 'TLS');
      return { pid: started.pid, port, stop: () => stop(started) };
    },
  };
}

/** What was asked already: some need a good part of a second to say it. */
const versions = new Map<string, string | undefined>();

/** The version that a program found by PATH says it has; undefined where there is none. */
export function programVersion(program: string, { args, pattern }: ProgramPeer['version']): string | undefined {
  if (!versions.has(program)) {
    const path = findProgram(program);
    versions.set(program, path === undefined ? undefined : pattern.exec(wordsOf(path, args))?.[1]);
  }
  return versions.get(program);
}

function wordsOf(path: string, args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(path, args, { encoding: 'utf8' });
  return `${stdout ?? ''}${stderr ?? ''}`;
}
