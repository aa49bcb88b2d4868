const BYTES = 1024;

/** A JSON document of exactly 1 KiB: some of everything that JSON has, and one long text. */
export const ANSWER = (() => {
  const document = {
    id: 4711,
    name: 'bench',
    price: 12.5,
    tags: ['a', 'b', 'c'],
    items: Array.from({ length: 8 }, (_, n) => ({ id: n, quantity: n * 2, available: n % 2 === 0 })),
    note: '',
  };
  document.note = 'x'.repeat(BYTES - JSON.stringify(document).length);
  return JSON.stringify(document);
})();
