import { closeSync, openSync } from 'node:fs';

/**
 * Why connections can't be accepted now, for lack of descriptors; undefined where they can. To be asked now and then:
 * libuv accepts such connections and closes them at once (uv__emfile_trick), and tells nobody.
 */
export function whyNotAccepting(): Error | undefined {
  try {
    closeSync(openSync('/', 'r'));
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
