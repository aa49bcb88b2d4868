/** The content of a file, as text unless asked otherwise. Throws where it can't be read. */
export type ReadFile = (path: string, encoding?: 'utf8' | 'base64') => string;
