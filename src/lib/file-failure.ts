const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  ENOTDIR: 'a part of its path is not a directory',
  EISDIR: 'a directory',
  EACCES: 'not permitted',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the largest size of a file is reached',
  EIO: 'the device has failed or is gone',
  EPIPE: 'nobody reads it',
  ENXIO: 'nobody reads it',
  EMFILE: 'this process has too many files open',
  ENFILE: 'this machine has too many files open',
};

/** Whether the cause is a lack of descriptors, which says nothing about the file. */
export function isForWantOfDescriptors(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EMFILE' || code === 'ENFILE';
}

/** Why a file can't be opened or written, in words. For unknown codes, the system's message. */
export function fileFailure(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return WORDS[code] ?? message;
}
