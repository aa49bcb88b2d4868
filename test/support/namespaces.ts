import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

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

/** Likewise, but a file system on a block device: ext4 in a file beside the folder. */
export function onBlockDevice(folder: string, size: string): string[] {
  const image = `${folder}.ext4`;
  const make = `truncate -s ${size} ${image} && mkfs.ext4 -q -F ${image} && mount -o loop ${image} ${folder}`;
  return ['unshare', '--mount', 'sh', '-c', `${make} && exec "$@"`, 'sh'];
}

/** Whether that can be done here. */
export function mayMountDevices(): boolean {
  return mayMount() && ['/dev/loop-control', '/usr/sbin/mkfs.ext4'].every((path) => existsSync(path));
}

/** Runs `mount` for a program that was started in one of these ways. */
export function mountFor(pid: number, ...args: readonly string[]): void {
  execFileSync('nsenter', ['-t', `${pid}`, '-m', 'mount', ...args]);
}

/** The same path as that program sees it, while it runs. */
export function asSeenBy(pid: number, path: string): string {
  return `/proc/${pid}/root${path}`;
}
