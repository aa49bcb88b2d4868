/** Installs the packages of a version below .cache/services, once; what is there already is used again. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Packages } from './service.ts';

const run = promisify(execFile);
const CACHE = new URL('../../.cache/services/', import.meta.url).pathname;
/** Written last, so that an installation that was cut short is begun anew. */
const STAMP = 'installed.json';

/** The folder that has them. `name`: of the service and the version, `express/4.22.3`. */
export async function install(name: string, packages: Packages): Promise<string> {
  const folder = join(CACHE, name);
  const stamp = join(folder, STAMP);
  const wanted = JSON.stringify(packages);
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === wanted) return folder;
  console.error(`installing ${name} …`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await fill(folder, packages);
  await writeFile(stamp, wanted);
  return folder;
}

async function fill(folder: string, packages: Packages): Promise<void> {
  switch (packages.from) {
    case 'npm': {
      const { packages: dependencies, overrides = {} } = packages;
      await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies, overrides }));
      await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], { cwd: folder });
      break;
    }
    case 'pypi':
      await run('python3', ['-m', 'venv', folder]);
      await run(join(folder, 'bin/pip'), [
        'install',
        '--quiet',
        '--disable-pip-version-check',
        ...packages.requirements,
      ]);
      break;
    case 'go':
      await run('go', ['install', `${packages.module}@${packages.version}`], {
        env: { ...process.env, GOBIN: folder },
      });
      break;
  }
}
