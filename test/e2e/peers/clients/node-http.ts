import { once } from 'node:events';
import { Agent, type IncomingMessage, request as send } from 'node:http';
import { answerOf, pairs } from '../answer.ts';
import type { Client } from './client.ts';

export const nodeHttp: Client = async (port, requests) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const answers = [];
  for (const { method = 'GET', path, headers = {}, body } of requests) {
    const request = send({ agent, port, host: '127.0.0.1', method, path, headers });
    request.end(body);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const chunks = await response.toArray();
    answers.push(answerOf(response.statusCode!, pairs(response.rawHeaders), Buffer.concat(chunks)));
  }
  agent.destroy();
  return answers;
};
