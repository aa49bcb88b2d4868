import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CertificateName, certificateFile } from '../support/certificates.ts';
import { startOrigin } from '../support/origin.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { connectSecure } from '../support/tls-client.ts';
import { startUnderstudy } from '../support/understudy.ts';

/** As a renewal does: other content under the same names. */
function install(name: CertificateName, directory: string): void {
  for (const kind of ['crt', 'key'] as const) copyFileSync(certificateFile(name, kind), join(directory, `tls.${kind}`));
}

async function served(port: number): Promise<string> {
  const { socket } = await connectSecure(port, { rejectUnauthorized: false });
  const { CN } = socket.getPeerCertificate().subject;
  socket.destroy();
  return String(CN);
}

test('clients and the primary are spoken to over TLS, by several edges, and SIGHUP or a change of the file renews the certificate', async () => {
  const directory = temporaryDirectory();
  install('local', directory);
  const origin = await startOrigin((_request, reply) => reply.send({ body: 'hello' }));
  const inner = await startUnderstudy({
    listen: { address: '127.0.0.1:0', tls: { cert: certificateFile('local'), key: certificateFile('local', 'key') } },
    primary: origin.url,
    shadow: origin.url,
  });
  const secure = (tls: object) => ({ url: `https://localhost:${inner.port}`, tls });
  const understudy = await startUnderstudy(
    {
      listen: { address: '127.0.0.1:0', tls: { cert: 'tls.crt', key: 'tls.key' } },
      edges: 2,
      primary: secure({ ca: certificateFile('ca') }),
      shadow: secure({ insecure: true }),
    },
    { directory },
  );
  expect(understudy.logs().some(({ raw }) => String(raw).includes('shadow.tls.insecure: '))).toBe(true);

  const { client, session } = await connectSecure(understudy.port);
  await client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  expect(await client.response()).toMatchObject({ status: 200, body: Buffer.from('hello') });

  // Whichever edge thread takes them.
  const resumed = await session();
  for (let connection = 0; connection < 8; connection++) {
    const { socket } = await connectSecure(understudy.port, { session: resumed });
    expect(socket.isSessionReused()).toBe(true);
    socket.destroy();
  }

  install('second', directory);
  understudy.kill('SIGHUP');
  await understudy.logged(({ msg }) => msg === 'the configuration was reloaded');
  await expect.poll(() => served(understudy.port)).toBe('second');

  install('local', directory);
  await expect.poll(() => served(understudy.port), { timeout: 15_000 }).toBe('local');
  expect(await understudy.stop()).toBe(0);
});
