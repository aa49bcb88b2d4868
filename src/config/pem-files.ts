import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { NamedFiles } from './named-files.ts';
import { quote } from './quote.ts';
import type { TlsIdentity } from './target-types.ts';
import type { Path } from './tree.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates and keys that the configuration names. One that can't be read becomes an empty text. */
export class PemFiles {
  readonly #files: NamedFiles;
  readonly #now: number;

  /** `now`: milliseconds since 1970. */
  constructor(files: NamedFiles, now: number) {
    this.#files = files;
    this.#now = now;
  }

  certificates(option: Path, file: string): string {
    const pem = this.#read(option, file);
    if (pem !== '') this.#parse(option, file, pem);
    return pem;
  }

  /** A certificate and its key, which are options of the same section. */
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
      if (!matches) this.#files.report(keyOption, 'not the key of the certificate', files.key, 'the key of cert');
    } catch {
      this.#files.report(keyOption, 'not a private key', files.key, 'a PEM file of a private key without passphrase');
    }
    return { cert, key };
  }

  #read(option: Path, file: string): string {
    return this.#files.read(option, file, 'a PEM file that this user can read') ?? '';
  }

  /** The first of the certificates. All of them are checked. */
  #parse(option: Path, file: string, pem: string): X509Certificate | undefined {
    try {
      const all = (pem.match(CERTIFICATE) ?? []).map((each) => new X509Certificate(each));
      if (all.length === 0) throw new Error('no certificate');
      for (const certificate of all) this.#checkDates(option, file, certificate);
      return all[0];
    } catch {
      this.#files.report(option, 'not a certificate', file, 'a PEM file of certificates');
      return undefined;
    }
  }

  #checkDates(option: Path, file: string, { subject, validTo, validToDate }: X509Certificate): void {
    if (validToDate.getTime() > this.#now) return;
    const who = quote(subject.replaceAll('\n', ', '));
    this.#files.warn(option, `the certificate of ${who} expired on ${validTo}; found ${quote(file)}`);
  }
}
