#!/usr/bin/env node
// What stands here has to run on older versions too, to say what is missing.
import nodeModule from 'node:module';
import { keepSignals } from './cli/signals.ts';
import { StandardOutput } from './cli/standard-output.ts';

const { stdout, stderr, env, versions, argv } = process;
const NEEDED = 24;

if (Number.parseInt(versions.node, 10) < NEEDED) {
  stderr.write(`Understudy needs Node ${NEEDED} or newer; this is ${versions.node}.\n`);
  process.exit(2);
}
const command = argv.slice(2);
if (command[0] === 'serve' || command[0] === 'demo') keepSignals();
// Before anything else is loaded, so that the sources are stripped of their types once and not in every thread. Built
// ones have none, and compile in 40 ms: for that, the cache would keep 6 MiB in memory.
if (import.meta.url.endsWith('.ts')) nodeModule.enableCompileCache();
const output = new StandardOutput(stdout, stderr);
const { main } = await import('./cli/main.ts');
const code = await main(command, { stdout, stderr, env, now: Date.now() });

process.exit(await output.finish(code));
