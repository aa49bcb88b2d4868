#!/usr/bin/env node
import { main } from './cli/main.ts';
import { systemClock } from './lib/clock.ts';

const { stdout, stderr, env } = process;
process.exit(await main(process.argv.slice(2), { stdout, stderr, env, now: systemClock.wall() }));
