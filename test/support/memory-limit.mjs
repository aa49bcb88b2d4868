// Preloaded into a process under test: it finds itself in a control group that MEMORY_LIMIT bytes are left to.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { readFileSync } = fs;
const files = { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/memory.max': `${process.env.MEMORY_LIMIT}\n` };
fs.readFileSync = (path, ...rest) => files[path] ?? readFileSync(path, ...rest);
syncBuiltinESMExports();
