/** The header that marks a copy, so that a copy that comes back is recognized. In lower case. */
export const COPY_MARKER = 'x-understudy-copy';
