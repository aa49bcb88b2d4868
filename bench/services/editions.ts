/** What versions of several services have in common. */
import { join } from 'node:path';
import type { Command, Packages } from './service.ts';

export function npm(packages: Readonly<Record<string, string>>): Packages {
  return { from: 'npm', packages };
}

/** A program for Node, as in production. */
export function nodeCommand(args: readonly string[]): Command {
  return { command: process.execPath, args, env: { NODE_ENV: 'production' } };
}

/** The command of a package that is installed in a virtual environment. */
export function pythonCommand(installed: string, name: string, args: readonly string[]): Command {
  return { command: join(installed, 'bin', name), args };
}
