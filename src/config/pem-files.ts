import { createPrivateKey, X509Certificate } from 'node:crypto';
import { fileFailure } from '../lib/file-failure.ts';
import { quote } from './document.ts';
import type { Position, Problem } from './problem.ts';
import type { ReadFile } from './read-file.ts';
import { nameOf, type Path } from './tree.ts';
import type { TlsIdentity } from './types.ts';

export interface PemSource {
  readonly readFile: ReadFile;
  readonly locate: (path: Path) => Position;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * The certificates and keys that the configuration names. They are read along with it, so that all threads have the
 * same ones and a bad one changes nothing. What is wrong with them is collected; the text is then empty.
 */
export class PemFiles {
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];
  readonly #source: PemSource;

  constructor(source: PemSource) {
    this.#source = source;
  }

  certificates(option: Path, file: string): string {
    const pem = this.#read(option, file);
    if (pem !== '') this.#parse(option, file, pem);
    return pem;
  }

  /** A certificate and its key, which are options of one section. */
  identity(section: Path, files: TlsIdentity): TlsIdentity {
    const [certOption, keyOption] = [
      [...section, 'cert'],
      [...section, 'key'],
    ];
    const cert = this.#read(certOption, files.cert);
    const key = this.#read(keyOption, files.key);
    const own = cert === '' ? undefined : this.#parse(certOption, files.cert, cert);
    if (key === '') return { cert, key };
    try {
      const matches = own?.checkPrivateKey(createPrivateKey(key)) ?? true;
      if (!matches) this.#report(keyOption, 'not the key of the certificate', files.key, 'the key of cert');
    } catch {
      this.#report(keyOption, 'not a private key', files.key, 'a PEM file of a private key without passphrase');
    }
    return { cert, key };
  }

  #read(option: Path, file: string): string {
    try {
      return this.#source.readFile(file);
    } catch (error) {
      this.#report(option, `cannot be read (${fileFailure(error)})`, file, 'a PEM file that this user can read');
      return '';
    }
  }

  /** The first of the certificates, after a look at all. */
  #parse(option: Path, file: string, pem: string): X509Certificate | undefined {
    try {
      const all = (pem.match(CERTIFICATE) ?? []).map((each) => new X509Certificate(each));
      if (all.length === 0) throw new Error('no certificate');
      for (const certificate of all) this.#checkDates(option, file, certificate);
      return all[0];
    } catch {
      this.#report(option, 'not a certificate', file, 'a PEM file of certificates');
      return undefined;
    }
  }

  #checkDates(option: Path, file: string, { subject, validTo, validToDate }: X509Certificate): void {
    if (validToDate.getTime() > this.#source.now) return;
    const who = quote(subject.replaceAll('\n', ', '));
    this.warnings.push({
      ...this.#source.locate(option),
      message: `${nameOf(option)}: the certificate of ${who} expired on ${validTo}; found ${quote(file)}`,
    });
  }

  #report(option: Path, wrong: string, file: string, allowed: string): void {
    this.problems.push({
      ...this.#source.locate(option),
      message: `${nameOf(option)}: ${wrong}; found ${quote(file)}; allowed: ${allowed}`,
    });
  }
}
