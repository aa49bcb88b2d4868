/** The content of a file, as text by default. Throws if it can't be read. */
export type ReadFile = (path: string, encoding?: 'utf8' | 'base64') => string;
