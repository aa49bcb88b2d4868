#!/usr/bin/env node
// Before anything else is loaded, so that the sources are stripped of their types once and not in every thread. What
// stands here has to run on older versions too, to say what is missing.
import nodeModule from 'node:module';

const { stdout, stderr, env, versions, argv } = process;
const NEEDED = 24;

if (Number.parseInt(versions.node, 10) < NEEDED) {
  stderr.write(`Understudy needs Node ${NEEDED} or newer; this is ${versions.node}.\n`);
  process.exit(2);
}
nodeModule.enableCompileCache();
const { main } = await import('./cli/main.ts');

process.exit(await main(argv.slice(2), { stdout, stderr, env, now: Date.now() }));
