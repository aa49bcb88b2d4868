/** Certificates made for the tests (test/fixtures/tls/make.sh). */
import { readFileSync } from 'node:fs';

/**
 * `local` is for localhost, a.test, 127.0.0.1 and ::1, `second` for b.test and all below it, `expired` was for
 * localhost; `ca` signed them, and `client`. `stranger` is signed by `other-ca`.
 */
export type CertificateName = 'ca' | 'other-ca' | 'local' | 'second' | 'client' | 'stranger' | 'expired';

export function certificateFile(name: CertificateName, kind: 'crt' | 'key' = 'crt'): string {
  return new URL(`../fixtures/tls/${name}.${kind}`, import.meta.url).pathname;
}

export const certificate = (name: CertificateName) => readFileSync(certificateFile(name), 'utf8');

export const identity = (name: CertificateName) => ({
  cert: certificate(name),
  key: readFileSync(certificateFile(name, 'key'), 'utf8'),
});
