import type { Parsed } from './address.ts';

/** A store that is gone with its process. */
export const MEMORY = ':memory:';

export const STORE_FORM =
  'the name of a SQLite file, alone or as sqlite:FILE or sqlite:///FILE, or :memory:; a file name with a colon begins with ./';

/** For editors: a URL of SQLite, or anything that is no URL. */
export const STORE_PATTERN = /^(?:[Ss][Qq][Ll][Ii][Tt][Ee]:|(?![A-Za-z][A-Za-z0-9+.-]+:))[^\0]+$/;

/** RFC 3986, section 3.1. A single letter is a drive. */
const SCHEME = /^([a-z][a-z0-9+.-]+):/i;

/**
 * Reads the URL of a store, or a file name alone. Gives the file's name or `MEMORY`, which may be read again and then
 * stays as it is.
 */
export function parseStoreUrl(text: string): Parsed<string> {
  const [beginning, scheme] = SCHEME.exec(text) ?? [];
  if (beginning === undefined || scheme === undefined) return fileNamed(text);
  if (scheme.toLowerCase() !== 'sqlite') return { wrong: `a store of a kind that is not supported, ${scheme}` };
  const rest = text.slice(beginning.length);
  if (/[?#]/.test(rest)) return { wrong: 'a URL with more than a file name' };
  if (/^\/\/[^/]/.test(rest)) return { wrong: 'a URL with a host before the file name' };
  try {
    return fileNamed(decodeURIComponent(rest.replace(/^\/\/(?=\/|$)/, '')));
  } catch {
    return { wrong: 'a URL with a % that stands for nothing' };
  }
}

function fileNamed(name: string): Parsed<string> {
  if (name === '') return { wrong: 'empty' };
  if (name.includes('\0')) return { wrong: 'not a file name' };
  // It must not be taken for a URL when it is read again.
  return { value: SCHEME.test(name) ? `./${name}` : name };
}

/** For messages: of what is not a file name, which may hold a password, no more than its scheme. */
export function shownStore(text: string): string {
  const [beginning] = SCHEME.exec(text) ?? [];
  return JSON.stringify(beginning === undefined || /^sqlite:$/i.test(beginning) ? text : `${beginning}…`);
}
