import { join } from 'node:path';
import type { Identity } from '../peers/peer.ts';
import { capture } from './processes.ts';

/** The program that makes certificates. */
export const OPENSSL = 'openssl';

const LIMIT_MS = 10_000;

/** A certificate for 127.0.0.1 that nobody has signed, with a P-256 key, as most services have it today. */
export async function createIdentity(folder: string): Promise<Identity> {
  const certificate = join(folder, 'tls.pem');
  // HAProxy looks for the key beside the certificate, under this name.
  const key = `${certificate}.key`;
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const about = ['-subj', '/CN=bench', '-addext', 'subjectAltName=IP:127.0.0.1'];
  await capture(OPENSSL, ['req', ...kind, ...about, '-keyout', key, '-out', certificate], LIMIT_MS);
  return { certificate, key };
}
