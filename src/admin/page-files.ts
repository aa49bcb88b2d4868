import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';

/** A file of the dashboard's page, as it is sent. */
export interface PageFile {
  readonly status: 200 | 304 | 404;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface PageRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** Undefined: there is no such file, and no page of this path. */
export type PageFiles = (request: PageRequest) => Promise<PageFile | undefined>;

/** The same for the sources and for what is made of them: both are two folders below. */
const BUILT = new URL('../../dist/dashboard/', import.meta.url);

/** Paths that the page shows; what comes behind the second slash is the page's affair. */
const PAGE = /^\/(?:(?:causes|routes|latency|rollout|experiments|health|signatures)(?:\/[^/]+)?)?$/;
/** The hash in a name changes with the content. */
const ASSET = /^\/assets\/([a-z]+-[A-Z0-9]{8}\.(js|css|svg))$/;

/** What is there is no affair of the page. */
const ELSEWHERE = /^\/(?:api|assets)\//;

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** The page runs its own script and style sheet, talks to this server alone, and never turns text into markup. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const NOT_BUILT = Buffer.from(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Understudy</title></head>
<body><h1>The dashboard is not built</h1>
<p>In a checkout, <code>npm ci</code> or <code>npm run build:dashboard</code> builds it; then load this page again.</p>
<p>Meanwhile <code>understudy report</code> prints the results, and <a href="/api/v1/openapi.json">the API</a> has them.</p>
</body></html>
`);

/** The files of the page. They hold no results: these come from the API, which asks for the token. */
export function pageFiles(directory: URL = BUILT): PageFiles {
  return async ({ method, path, headers }) => {
    if (method !== 'GET' && method !== 'HEAD') return undefined;
    if (PAGE.test(path)) return document(directory, headers);
    const [, name, type = ''] = ASSET.exec(path) ?? [];
    if (name !== undefined) return asset(directory, name, type, headers);
    // A person gets the page, which says that there is nothing and leads on; a program gets problem details.
    const isWrongAddress = !ELSEWHERE.test(path) && /\btext\/html\b/.test(String(headers.accept));
    return isWrongAddress ? { ...(await document(directory, {})), status: 404 } : undefined;
  };
}

/** It names the other files, so it is asked for each time, and sent when it has changed. */
async function document(directory: URL, headers: IncomingHttpHeaders): Promise<PageFile> {
  const content = (await read(directory, 'index.html')) ?? NOT_BUILT;
  const etag = `"${hash('sha256', content, 'hex').slice(0, 16)}"`;
  const own = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'content-security-policy': PAGE_POLICY,
    etag,
  };
  if (headers['if-none-match'] === etag) return { status: 304, headers: own, body: Buffer.alloc(0) };
  return { status: 200, headers: own, body: content };
}

async function asset(
  directory: URL,
  name: string,
  type: string,
  asked: IncomingHttpHeaders,
): Promise<PageFile | undefined> {
  const packed = /\bgzip\b/.test(String(asked['accept-encoding'] ?? ''));
  const body = await read(directory, packed ? `${name}.gz` : name);
  if (body === undefined) return undefined;
  const headers = {
    'content-type': TYPES[type]!,
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'accept-encoding',
    ...(packed && { 'content-encoding': 'gzip' }),
  };
  return { status: 200, headers, body };
}

async function read(directory: URL, name: string): Promise<Buffer | undefined> {
  try {
    return await readFile(new URL(name, directory));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
