import { pathSegments } from '../lib/path-segments.ts';
import type { RouteMatch } from './types.ts';

/** Whether `one` takes every request that `other` takes, as far as the conditions themselves show it. */
export function covers(one: RouteMatch, other: RouteMatch): boolean {
  return (
    coversPath(one.path, other.path) &&
    coversHost(one.host, other.host) &&
    (one.methods === undefined || (other.methods?.every((method) => one.methods!.includes(method)) ?? false)) &&
    (one.headers ?? []).every(({ name, value }) =>
      other.headers?.some((header) => header.name === name && (value === undefined || header.value === value)),
    )
  );
}

function coversPath(one = '/*', other = '/*'): boolean {
  const [wide, narrow] = [templateOf(one), templateOf(other)];
  const isLong = wide.isOpen
    ? narrow.fixed.length >= wide.fixed.length
    : !narrow.isOpen && narrow.fixed.length === wide.fixed.length;
  return isLong && wide.fixed.every((part, index) => part.startsWith(':') || part === narrow.fixed[index]);
}

interface Template {
  readonly fixed: readonly string[];
  /** Whether any segments may follow. */
  readonly isOpen: boolean;
}

function templateOf(path: string): Template {
  const segments = pathSegments(path);
  const isOpen = segments.at(-1) === '*';
  return { fixed: isOpen ? segments.slice(0, -1) : segments, isOpen };
}

function coversHost(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || one === other) return true;
  return one.startsWith('*.') && other?.endsWith(one.slice(1)) === true;
}
