#!/usr/bin/env node
// Before anything else is loaded, so that the sources are stripped of their types once and not in every thread.
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { main } = await import('./cli/main.ts');

const { stdout, stderr, env } = process;
process.exit(await main(process.argv.slice(2), { stdout, stderr, env, now: Date.now() }));
