/**
 * Entry of a separate process that reads all pages of a store, and prints `ok` or what is wrong with them. It takes
 * seconds, so neither a thread nor the start of the proxy should wait for it.
 */
import { DatabaseSync } from 'node:sqlite';

const [path = ''] = process.argv.slice(2);
const db = new DatabaseSync(path, { readOnly: true, timeout: 2_000 });
process.stdout.write(verdict());
db.close();

function verdict(): string {
  try {
    return String(db.prepare('PRAGMA quick_check(1)').get()!['quick_check']);
  } catch (error) {
    // Some damage stops the check. Any other failure says nothing about the pages.
    const { errcode, message } = error as { errcode?: number; message: string };
    if (errcode !== undefined && [11, 26].includes(errcode & 0xff)) return message;
    throw error;
  }
}
