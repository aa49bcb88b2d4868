const DEFAULT_BYTES = 1024;

/** A JSON document of exactly so many bytes, 1 KiB or more: some of everything that JSON has, and one long text. */
export function answerOf(bytes: number, updatedAt?: string): string {
  const document = {
    id: 4711,
    name: 'bench',
    ...(updatedAt === undefined ? {} : { updatedAt }),
    price: 12.5,
    tags: ['a', 'b', 'c'],
    items: Array.from({ length: bytes >> 7 }, (_, n) => ({ id: n, quantity: n * 2, available: n % 2 === 0 })),
    note: '',
  };
  document.note = 'x'.repeat(bytes - JSON.stringify(document).length);
  return JSON.stringify(document);
}

export const ANSWER = answerOf(DEFAULT_BYTES);

/** What the origin says at `DIFFERING_PATH`: the shadow's timestamp is a second later than the primary's, always. */
export function differingAnswer(side: 'primary' | 'shadow', millis: string): string {
  const time = `2026-11-30T12:00:0${side === 'primary' ? 0 : 1}`;
  return answerOf(DEFAULT_BYTES, `${time}.000Z`).replace(`${time}.000Z`, `${time}.${millis}Z`);
}

export const DIFFERING_PATH = '/differing';

/** Where the origin has an answer of so many bytes. */
export function pathOfSize(bytes: number): string {
  return `/json/${bytes}`;
}

/** The sizes that it has. */
export const SIZES = [10 * 1024, 100 * 1024, 10 * 1024 * 1024] as const;

/** Where it takes a PUT, and answers with `ANSWER` once it has all of the body. */
export const UPLOAD_PATH = '/upload';
