import { execFileSync } from 'node:child_process';

/** A mount namespace is for root alone, and not for everyone's. */
export function mayMount(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'ignore' });
    return process.geteuid?.() === 0;
  } catch {
    return false;
  }
}

/** Starts a program for which a folder is a file system in memory of this size, gone with the program. */
export function onSmallDisk(folder: string, size: string): string[] {
  return ['unshare', '--mount', 'sh', '-c', `mount -t tmpfs -o size=${size} tmpfs ${folder} && exec "$@"`, 'sh'];
}

/** The same path as that program sees it, while it runs. */
export function asSeenBy(pid: number, path: string): string {
  return `/proc/${pid}/root${path}`;
}
