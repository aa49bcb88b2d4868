/** Figures as a person reads them. None uses `Intl`, whose tables of all languages take 5 MiB of main. */

export function count(value: number): string {
  return String(value).replace(/\d+/, (whole) => whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ','));
}

export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** One decimal, and never `0%` for something that did happen or `100%` for something that did not always. */
export function share(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0%';
  if (part === whole) return '100%';
  const percent = (100 * part) / whole;
  if (percent < 0.1) return '<0.1%';
  return percent > 99.9 ? '>99.9%' : `${percent.toFixed(1)}%`;
}

/** Milliseconds with three significant digits. */
export function duration(milliseconds: number): string {
  const size = Math.abs(milliseconds);
  if (size >= 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${milliseconds.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2)} ms`;
}

/** Rounded: `40 s`, `4 min`, `3.5 h`, `2 days`. */
export function lasting(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 100) return `${seconds} s`;
  if (seconds < 100 * 60) return `${Math.ceil(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${(seconds / 3600).toFixed(1)} h`;
  return `${Math.ceil(seconds / 86_400)} days`;
}

/**
 * A change with its sign; what is rounded to nothing has none.
 * @param inWords called with sizes without a sign
 */
export function signed(change: number, inWords: (size: number) => string): string {
  const size = inWords(Math.abs(change));
  if (size === inWords(0)) return size;
  return `${change < 0 ? '-' : '+'}${size}`;
}

export function signedDuration(milliseconds: number): string {
  return signed(milliseconds, duration);
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Bytes, with three significant digits. */
export function size(bytes: number): string {
  const unit = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const amount = bytes / 1024 ** unit;
  return `${unit === 0 || amount >= 99.95 ? Math.round(amount) : amount.toFixed(amount >= 9.995 ? 1 : 2)} ${UNITS[unit]}`;
}

/** A moment in UTC, to the second. `milliseconds`: since 1970. */
export function moment(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');
}
