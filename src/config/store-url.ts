import type { Parsed } from './address.ts';

/** A store that ends with its process. */
export const MEMORY = ':memory:';

export const STORE_FORM =
  'the name of a SQLite file, alone or as sqlite:FILE or sqlite:///FILE, or :memory:; a file name with a colon begins with ./';

/** For editors: a SQLite URL, or anything that is not a URL. */
export const STORE_PATTERN = /^(?:[Ss][Qq][Ll][Ii][Tt][Ee]:|(?![A-Za-z][A-Za-z0-9+.-]+:))[^\0]+$/;

/** RFC 3986, section 3.1. A single letter is a drive. */
const SCHEME = /^([a-z][a-z0-9+.-]+):/i;

/**
 * Reads the URL of a store, or a file name. Returns the file's name or `MEMORY`. Reading the result again returns it
 * unchanged.
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
    return { wrong: 'a URL with a % that is not a valid escape' };
  }
}

function fileNamed(name: string): Parsed<string> {
  if (name === '') return { wrong: 'empty' };
  if (name.includes('\0')) return { wrong: 'not a file name' };
  // The result must not look like a URL when it is read again.
  return { value: SCHEME.test(name) ? `./${name}` : name };
}

/** How a wrong value is shown in messages: only its scheme, because it may hold a password. */
export function shownStore(text: string): string {
  const [beginning] = SCHEME.exec(text) ?? [];
  return JSON.stringify(beginning === undefined || /^sqlite:$/i.test(beginning) ? text : `${beginning}…`);
}
