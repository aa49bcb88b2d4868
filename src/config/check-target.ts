/** Checks one target, whoever it belongs to. */
import { reaches } from './address.ts';
import { quote } from './quote.ts';
import type { Target } from './target-types.ts';
import type { Path } from './tree.ts';
import type { Config } from './types.ts';
import type { Findings, Written } from './written.ts';

/** `path`: where it is written. */
export function checkTarget(target: Target, path: Path, config: Config, written: Written, findings: Findings): void {
  checkOwnAddress(target, path, config, written, findings);
  checkTls(target, path, written, findings);
}

export function isSame(one: Target, other: Target): boolean {
  return (
    one.host === other.host &&
    one.port === other.port &&
    one.socketPath === other.socketPath &&
    one.prefix === other.prefix
  );
}

function checkOwnAddress(
  target: Target,
  path: Path,
  { listen, admin }: Config,
  { locate, name, sound }: Written,
  { problems }: Findings,
): void {
  const own =
    reaches(target, listen) && sound('listen', 'address')
      ? 'listen'
      : reaches(target, admin) && sound('admin', 'address')
        ? 'admin'
        : undefined;
  if (own === undefined) return;
  problems.push({
    ...locate([...path, 'url'], [own, 'address']),
    message: `${name(path)}.url: this is Understudy's own address (${own}); found ${quote(target.url)}; allowed: the address of the service`,
  });
}

function checkTls(
  target: Target,
  path: Path,
  { locate, name: nameOf }: Written,
  { problems, warnings }: Findings,
): void {
  if (target.tls === undefined) return;
  const name = nameOf(path);
  if (target.protocol === 'http') {
    problems.push({
      ...locate([...path, 'tls']),
      message: `${name}.tls: for a URL without TLS; found ${quote(target.url)}; allowed: an https URL`,
    });
  } else if (target.tls.insecure) {
    warnings.push({
      ...locate([...path, 'tls', 'insecure']),
      message: `${name}.tls.insecure: whoever answers at ${quote(target.url)} is taken for the ${String(path.at(-1))}, since its certificate is not checked`,
    });
  }
}
