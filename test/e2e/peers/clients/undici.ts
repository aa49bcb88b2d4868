import { Client as Connection } from 'undici';
import { answerOf, pairs } from '../answer.ts';
import type { Client } from './client.ts';

export const undici: Client = async (port, requests) => {
  const connection = new Connection(`http://127.0.0.1:${port}`);
  const answers = [];
  for (const { method = 'GET', path, headers = {}, body = null } of requests) {
    const response = await connection.request({ method, path, headers, body, responseHeaders: 'raw' });
    const fields = pairs(response.headers as unknown as string[]);
    answers.push(answerOf(response.statusCode, fields, await response.body.bytes()));
  }
  await connection.close();
  return answers;
};
