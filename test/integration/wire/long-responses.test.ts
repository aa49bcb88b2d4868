import { expect, test } from 'vitest';
import { startHttpOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';
import { startUnderstudy } from '../../support/understudy.ts';

test('at the defaults, many open event streams keep no other request waiting', async () => {
  const origin = await startHttpOrigin((request, response) => {
    if (request.url !== '/events') response.end('at once');
    else response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: hello\n\n');
  });
  const understudy = await startUnderstudy({ primary: origin.url, shadow: origin.url });
  const streams = await Promise.all(Array.from({ length: 300 }, () => connectRaw(understudy.port)));
  for (const stream of streams) void stream.send('GET /events HTTP/1.1\r\nHost: a\r\n\r\n');
  for (const stream of streams) await stream.until('data: hello\n\n');
  const client = await connectRaw(understudy.port);
  await client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const { status, body } = await client.response();
  expect(status).toBe(200);
  expect(body.toString()).toBe('at once');
});
