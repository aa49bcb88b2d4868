import { run } from '../../../support/programs.ts';
import { answerOf } from '../answer.ts';
import type { Client } from './client.ts';

const SCRIPT = new URL('../../../fixtures/applications/client.py', import.meta.url).pathname;

export const python: Client = async (port, requests) => {
  const { code, stdout, stderr } = await run('python3', [SCRIPT, String(port)], JSON.stringify(requests));
  if (code !== 0) throw new Error(`http.client ended with ${code}: ${stderr}`);
  const answers: { status: number; fields: [string, string][]; body: string }[] = JSON.parse(stdout.toString());
  return answers.map(({ status, fields, body }) => answerOf(status, fields, Buffer.from(body, 'base64')));
};
