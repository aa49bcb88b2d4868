import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { redactConfig } from '../../../src/config/redact.ts';
import { type CertificateName, certificate, certificateFile, identity } from '../../support/certificates.ts';
import { config, problems, warnings } from './support.ts';

/** `local.crt` is that file of the fixtures; `text` is no PEM, and nothing else is there. */
const readFile = (file: string) => {
  if (file === 'text') return 'no PEM';
  const [name, kind] = file.split('.') as [CertificateName, 'crt' | 'key'];
  return readFileSync(certificateFile(name, kind), 'utf8');
};

const target = (tls: string) => `shadow:\n  url: https://a.test\n  tls: ${tls}\n`;

describe("a target's TLS options", () => {
  it('are read with the configuration', () => {
    const text = target('{ca: ca.crt, cert: client.crt, key: client.key, serverName: b.test}');
    expect(config(text, { readFile }).shadow.tls).toEqual({
      ca: certificate('ca'),
      identity: identity('client'),
      serverName: 'b.test',
      insecure: false,
    });
  });

  it('are absent where none is written', () => {
    expect(config('shadow: https://a.test').shadow).not.toHaveProperty('tls');
  });

  it('are wrong without TLS', () => {
    expect(problems('shadow:\n  url: http://a.test\n  tls: {insecure: true}')).toEqual([
      'a.yaml:3:8: shadow.tls: for a URL without TLS; found "http://a.test"; allowed: an https URL',
    ]);
  });

  it('never show the key', () => {
    const shown = redactConfig(config(target('{cert: client.crt, key: client.key}'), { readFile }));
    expect(shown.shadow.tls).toEqual({ identity: { cert: certificate('client'), key: '***' }, insecure: false });
  });

  it('warn of a target that is not checked', () => {
    expect(warnings(target('{insecure: true}'))).toEqual([
      'a.yaml:3:19: shadow.tls.insecure: whoever answers at "https://a.test" is taken for the shadow, since its certificate is not checked',
    ]);
  });

  it('warn of a certificate that has expired', () => {
    expect(warnings(target('{cert: expired.crt, key: expired.key}'), { readFile })).toEqual([
      'a.yaml:3:15: shadow.tls.cert: the certificate of "CN=expired" expired on Jan  2 00:00:00 2020 GMT; found "expired.crt"',
    ]);
  });
});

describe('a file that can not be used', () => {
  it.each([
    [
      '{ca: none.crt}',
      '3:13: shadow.tls.ca: cannot be read (no such file or directory); found "none.crt"; allowed: a PEM file that',
    ],
    ['{ca: text}', '3:13: shadow.tls.ca: not a certificate; found "text"; allowed: a PEM file of certificates'],
    ['{ca: ca.key}', '3:13: shadow.tls.ca: not a certificate; found "ca.key"'],
    [
      '{cert: client.crt, key: client.crt}',
      '3:32: shadow.tls.key: not a private key; found "client.crt"; allowed: a PEM file of a private key without',
    ],
    [
      '{cert: client.crt, key: local.key}',
      '3:32: shadow.tls.key: not the key of the certificate; found "local.key"; allowed: the key of cert',
    ],
    ['{cert: client.crt}', '3:8: shadow.tls: cert alone; found a mapping of cert; allowed: cert and key, or neither'],
    ['{ca: ""}', '3:13: shadow.tls.ca: empty; found nothing; allowed: the name of a PEM file'],
    ['{serverName: 10.0.0.1}', '3:21: shadow.tls.serverName: not a host name; found "10.0.0.1"'],
  ])('%s', (tls, expected) => {
    const [problem, ...others] = problems(target(tls), { readFile });
    expect(problem).toContain(`a.yaml:${expected}`);
    expect(others).toEqual([]);
  });

  it('is reported beside all the others', () => {
    const text = `${target('{ca: none.crt, cert: none.crt, key: none.key}')}edges: 0`;
    expect(problems(text, { readFile })).toHaveLength(4);
  });
});

const LISTEN =
  '{address: 127.0.0.1:0, tls: {cert: local.crt, key: local.key, others: [{cert: second.crt, key: KEY}], clientCa: CA}}';
const listen = (key: string, ca: string) => `listen: ${LISTEN.replace('KEY', key).replace('CA', ca)}`;

describe('the TLS options of the listener', () => {
  it('are read with the configuration, and their keys never shown', () => {
    const loaded = config(listen('second.key', 'ca.crt'), { readFile });
    const tls = { identities: [identity('local'), identity('second')], clientCa: certificate('ca') };
    expect(loaded.listen).toEqual({ host: '127.0.0.1', port: 0, tls });
    expect(JSON.stringify(redactConfig(loaded))).not.toContain('PRIVATE KEY');
  });

  it('are each reported where they are', () => {
    const found = problems(listen('local.key', 'text'), { readFile });
    expect(found.map((problem) => problem.split(/[:;] /, 3).slice(1).join(': '))).toEqual([
      'listen.tls.others[0].key: not the key of the certificate',
      'listen.tls.clientCa: not a certificate',
    ]);
  });
});
