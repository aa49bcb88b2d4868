/** The header that marks a copy, so that one that comes back is known. In lower case. */
export const COPY_MARKER = 'x-understudy-copy';
