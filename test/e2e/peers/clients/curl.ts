import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../../support/programs.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';
import { type Answer, answerOf } from '../answer.ts';
import type { Client } from './client.ts';

/** What curl has to say of one transfer. */
export interface Transfer {
  /** Zero where all went well. */
  readonly exit: number;
  /** The statuses of the interim answers before the final one. */
  readonly interim: readonly number[];
  readonly answer: Answer;
  /** How many connections it took, a new one or none. */
  readonly connects: number;
  readonly version: string;
}

/** Its answers only: what it says of itself with `transfers`. */
export const curl: Client = async (port, requests) => {
  const commands = requests.map(({ method = 'GET', path, headers = {}, body }) => [
    ...(method === 'HEAD' ? ['--head'] : ['--request', method]),
    ...Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]),
    ...(body === undefined ? [] : ['--data-binary', body]),
    `http://127.0.0.1:${port}${path}`,
  ]);
  return (await transfers(commands)).map(({ answer }) => answer);
};

/** Transfers by one curl, so on one connection where it can; each with arguments of its own. */
export async function transfers(commands: readonly (readonly string[])[], input?: Uint8Array): Promise<Transfer[]> {
  const folder = temporaryDirectory();
  const REPORT = '%{exitcode} %{num_connects} %{http_version}\\n';
  const args = commands.flatMap((command, number) => [
    ...(number === 0 ? [] : ['--next']),
    ...['--silent', '--path-as-is', '--max-time', '25', '--write-out', REPORT],
    ...['--dump-header', join(folder, `head-${number}`), '--output', join(folder, `body-${number}`)],
    ...command,
  ]);
  const { stdout } = await run('curl', args, input);
  const reports = stdout.toString().trim().split('\n');
  return Promise.all(
    reports.map(async (report, number) => {
      const [exit, connects, version] = report.split(' ');
      const heads = await readHeads(join(folder, `head-${number}`));
      // With --head it is the head again, and where there is none curl makes no file.
      const body = commands[number]!.includes('--head')
        ? Buffer.alloc(0)
        : await readFile(join(folder, `body-${number}`)).catch(() => Buffer.alloc(0));
      const { status = 0, fields = [] } = heads.at(-1) ?? {};
      return {
        exit: Number(exit),
        interim: heads.slice(0, -1).map((head) => head.status),
        answer: answerOf(status, fields, body),
        connects: Number(connects),
        version: version!,
      };
    }),
  );
}

async function readHeads(file: string): Promise<{ status: number; fields: [string, string][] }[]> {
  const text = await readFile(file, 'latin1').catch(() => '');
  return text
    .split('\r\n\r\n')
    .filter((head) => head !== '')
    .map((head) => {
      const [statusLine = '', ...lines] = head.split('\r\n');
      const fields = lines.map((line): [string, string] => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon), line.slice(colon + 1).trim()];
      });
      return { status: Number(statusLine.split(' ')[1]), fields };
    });
}
