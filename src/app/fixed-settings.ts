import equal from 'fast-deep-equal';
import type { Config } from '../config/types.ts';

/** Settings that are only read at the start: a reload that changes them needs a restart to take effect. */
const FIXED = [
  'listen',
  'admin',
  'edges',
  'threads',
  'store',
  'redact',
  'log',
] as const satisfies readonly (keyof Config)[];

/** Which of them differ from the configuration of the start. */
export function changedFixedSettings(started: Config, config: Config): readonly string[] {
  const [before, after] = [withoutCertificates(started), withoutCertificates(config)];
  const held = (['memory', 'tape'] as const).filter((key) => after.mirror[key] !== before.mirror[key]);
  return [...FIXED.filter((key) => !equal(after[key], before[key])), ...held.map((key) => `mirror.${key}`)];
}

/** Certificates are renewed by a reload; whether there are any is decided at the start. */
function withoutCertificates(config: Config) {
  const { tls, ...address } = config.listen;
  return { ...config, listen: { ...address, tls: tls !== undefined } };
}
