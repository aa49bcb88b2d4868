import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beginServer } from '../../support/programs.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** nginx with these directives in its `http` block, where PORT and FOLDER stand for its port and a folder of its own. */
export async function startNginx(http: string): Promise<{ port: number; target: string }> {
  const folder = temporaryDirectory();
  const port = await beginServer('nginx', (chosen) => {
    const file = join(folder, 'nginx.conf');
    writeFileSync(file, mainConfig(folder, http.replaceAll('PORT', String(chosen)).replaceAll('FOLDER', folder)));
    return ['-c', file, '-e', 'stderr'];
  });
  return { port, target: `http://127.0.0.1:${port}` };
}

function mainConfig(folder: string, http: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  for (const name of temporary) mkdirSync(join(folder, name), { recursive: true });
  return `
    daemon off;
    worker_processes 1;
    ${process.getuid?.() === 0 ? 'user root;' : ''}
    pid ${folder}/nginx.pid;
    events {}
    http {
      access_log off;
      client_max_body_size 0;
      ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n      ')}
      ${http}
    }`;
}
