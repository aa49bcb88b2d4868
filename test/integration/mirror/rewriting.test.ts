import { expect, test } from 'vitest';
import { ask } from '../../support/edge.ts';
import { valuesOf } from '../../support/message.ts';
import { settled } from '../../support/metrics.ts';
import { startOrigin } from '../../support/origin.ts';
import { startUnderstudy } from '../../support/understudy.ts';

test('each target has its own path, Host and header fields, and the copy is of what the client asked for', async () => {
  const primary = await startOrigin((_request, reply) => reply.send());
  const shadow = await startOrigin((_request, reply) => reply.send());
  const control = await startOrigin((_request, reply) => reply.send());
  const understudy = await startUnderstudy({
    primary: { url: `${primary.url}/v1`, host: 'primary.test', headers: { set: { 'x-only': 'primary' } } },
    shadow: { url: `${shadow.url}/v2/`, headers: { set: { 'x-env': 'shadow' }, remove: ['x-secret'] } },
    control: { url: control.url, host: 'control.test' },
    mirror: { headers: { set: { 'x-env': 'copy' } } },
  });
  await ask(understudy, 'GET /a%2Fb?c HTTP/1.1\r\nHost: asked.test\r\nX-Secret: s\r\n\r\n');
  await settled(understudy.adminPort, 1);
  const seen = [primary, shadow, control].map(({ requests: [request] }) => [
    request!.target,
    ...['host', 'x-only', 'x-env', 'x-secret'].map((name) => valuesOf(request!.fields, name).join()),
  ]);
  expect(seen).toEqual([
    ['/v1/a%2Fb?c', 'primary.test', 'primary', '', 's'],
    ['/v2/a%2Fb?c', 'asked.test', '', 'shadow', ''],
    ['/a%2Fb?c', 'control.test', '', 'copy', 's'],
  ]);
});
