import { statSync } from 'node:fs';
import type { NamedFiles } from './named-files.ts';
import { quote } from './quote.ts';
import { KEY_FORM, KEY_FORM_IN_WORDS } from './schema/redact.ts';

const OPTION = ['redact', 'keyFile'];
const ALLOWED = `a file of ${KEY_FORM_IN_WORDS} and nothing else, as \`openssl rand -hex 32\` writes`;

/** Permission bits of the group and of all others. */
const OTHERS = 0o077;

/** The key of the tokens, read from a file. White space around it is ignored. */
export function readKeyFile(files: NamedFiles, file: string): string | undefined {
  const key = files.read(OPTION, file, `${ALLOWED}, that this user can read`)?.trim();
  if (key === undefined) return undefined;
  if (!KEY_FORM.test(key)) {
    files.report(OPTION, key === '' ? 'without a key' : 'not a key', file, ALLOWED);
    return undefined;
  }
  const mode = permissionsOf(file);
  if ((mode & OTHERS) !== 0) {
    const found = mode.toString(8).padStart(4, '0');
    files.warn(
      OPTION,
      `users other than its owner may open the file, and with the key they can find out what tokens stand for; found ${quote(file)} with mode ${found}; allowed: mode 0600 or 0400`,
    );
  }
  return key;
}

/** Does nothing where the system has no such permissions, or the file is already gone. */
function permissionsOf(file: string): number {
  if (process.platform === 'win32') return 0;
  return (statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o777;
}
