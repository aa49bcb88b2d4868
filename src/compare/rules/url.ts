import type { UrlPart } from '../../config/rule-types.ts';

/** Absolute, or relative from the root of an origin. */
export function isUrl(text: string): boolean {
  return !/\s/.test(text) && (/^\/[^/]/.test(text) || (/^[a-z][a-z\d+.-]*:/i.test(text) && URL.canParse(text)));
}

/**
 * A URL without some of its parts, as a text that is equal for two URLs exactly when all other parts are (as the URL
 * Standard writes them; parameters in order). For a text that contains URLs in angle brackets, for example a Link
 * field, it applies to these. Undefined where there is no URL.
 */
export function apartFrom(text: string, except: ReadonlySet<UrlPart>): string | undefined {
  const url = parsed(text);
  if (url !== undefined) return written(url, except);
  let found = false;
  const folded = text.replace(/<([^<>\s]+)>/g, (bracketed, inner: string) => {
    const target = parsed(inner);
    if (target === undefined) return bracketed;
    found = true;
    return `<${written(target, except)}>`;
  });
  return found ? folded : undefined;
}

interface Parsed {
  readonly url: URL;
  /** Which parts come from the text itself, and not from the base URL. */
  readonly form: 'absolute' | 'without_scheme' | 'path';
}

function parsed(text: string): Parsed | undefined {
  const form = text.startsWith('//') ? 'without_scheme' : text.startsWith('/') ? 'path' : 'absolute';
  if (form !== 'without_scheme' && !isUrl(text)) return undefined;
  const url = URL.parse(text, form === 'absolute' ? undefined : 'http://base.invalid');
  return url === null ? undefined : { url, form };
}

function written({ url, form }: Parsed, except: ReadonlySet<UrlPart>): string {
  const left = (part: UrlPart) => !except.has(part);
  const ofOrigin = form !== 'path' && left('origin');
  return JSON.stringify([
    form === 'absolute' && ofOrigin && left('scheme') ? url.protocol : '',
    form !== 'path' && left('userinfo') ? `${url.username}:${url.password}` : ':',
    ofOrigin && left('host') ? url.hostname : '',
    ofOrigin && left('port') ? url.port : '',
    left('path') ? url.pathname : '',
    left('query') ? parameters(url, except) : [],
    left('fragment') ? url.hash : '',
  ]);
}

function parameters({ search }: URL, except: ReadonlySet<UrlPart>): readonly string[] {
  const all = search
    .slice(1)
    .split('&')
    .map((text) => ({ text, name: decoded(text.split('=', 1)[0]!) }));
  const isAzure = all.some(({ name }) => name === 'sig');
  const signs = (name: string) => SIGNING.test(name) || (isAzure && AZURE.test(name));
  return all.flatMap(({ text, name }) =>
    except.has(`query.${name}`) || (except.has('signature') && signs(name)) ? [] : [text],
  );
}

/** The parameters that sign a URL: AWS (versions 2 and 4), CloudFront, Google Cloud Storage, Alibaba and Tencent. */
const SIGNING =
  /^(?:x-(?:amz|goog|oss)-(?:signature|date|credential|expires|security-token|signedheaders|algorithm|signature-version)|(?:aws|oss)accesskeyid|googleaccessid|key-pair-id|policy|signature|sig|expires|q-(?:sign-algorithm|ak|sign-time|key-time|header-list|url-param-list|signature))$/i;

/** Parameters of Azure's shared access signatures. The names are too short to be recognized one by one. */
const AZURE = /^(?:s[deiprtv]|se|ss|srt|spr|sip|sks|skv|skt|ske|skoid|sktid|saoid|suoid|scid)$/;

function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '));
  } catch {
    return name;
  }
}
