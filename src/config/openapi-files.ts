import { parse } from 'yaml';
import type { NamedFiles } from './named-files.ts';
import type { Path } from './tree.ts';
import type { PathTemplate } from './types.ts';

const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options', 'trace'];
const ALLOWED = 'an OpenAPI document of version 3, as YAML or JSON, with paths';

type Members = Readonly<Record<string, unknown>>;

/** The OpenAPI documents that the configuration names. Only their paths are used. References are not followed. */
export class OpenapiFiles {
  readonly #files: NamedFiles;

  constructor(files: NamedFiles) {
    this.#files = files;
  }

  /** A template for each operation, below each base path of its servers. */
  templates(option: Path, file: string): PathTemplate[] {
    const text = this.#files.read(option, file, ALLOWED);
    if (text === undefined) return [];
    let document: Members;
    try {
      document = members(text.trimStart().startsWith('{') ? JSON.parse(text) : parse(text));
    } catch (error) {
      return this.#report(option, `neither YAML nor JSON (${(error as Error).message.split('\n', 1)[0]})`, file);
    }
    const { openapi, swagger, paths } = document;
    const version = openapi ?? swagger;
    if (!/^3\./.test(String(version))) return this.#report(option, `not of version 3 but ${version}`, file);
    const templates = templatesOf(members(paths), document);
    return templates.length === 0 ? this.#report(option, 'without paths', file) : templates;
  }

  #report(option: Path, wrong: string, file: string): [] {
    this.#files.report(option, wrong, file, ALLOWED);
    return [];
  }
}

/** https://spec.openapis.org/oas/v3.1.1#paths-object and #server-object */
function templatesOf(paths: Members, document: Members): PathTemplate[] {
  return Object.entries(paths).flatMap(([path, each]) => {
    if (!path.startsWith('/')) return [];
    const item = members(each);
    const methods = METHODS.filter((method) => method in item);
    // What a reference leads to is unknown, so any method matches.
    if (methods.length === 0) return basesOf(item, document).map((base) => ({ path: base + path }));
    return methods.flatMap((method) =>
      basesOf(members(item[method]), item, document).map((base) => ({
        method: method.toUpperCase(),
        path: base + path,
      })),
    );
  });
}

/** The base paths of the innermost `servers`, without a slash at the end. */
function basesOf(...levels: readonly Members[]): string[] {
  const servers = levels.map(({ servers }) => servers).find((each) => Array.isArray(each) && each.length > 0);
  return [...new Set((Array.isArray(servers) ? servers : [{ url: '/' }]).map((server) => baseOf(members(server))))];
}

function baseOf({ url, variables }: Members): string {
  const expanded = String(url ?? '/').replace(/\{([^{}]*)\}/g, (_, name: string) => {
    const { default: value } = members(members(variables)[name]);
    return String(value ?? '');
  });
  return expanded
    .replace(/^[a-z][a-z0-9+.-]*:/i, '')
    .replace(/^\/\/[^/?#]*/, '')
    .replace(/[?#].*$/, '')
    .replace(/^(?=[^/])/, '/')
    .replace(/\/+$/, '');
}

function members(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};
}
