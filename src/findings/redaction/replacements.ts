interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

/** Replacements of parts of a text, added in any order. If one part contains another, the outer one counts. */
export class Replacements {
  readonly #text: string;
  readonly #noted: Replacement[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  add(start: number, end: number, by: string): void {
    this.#noted.push({ start, end, by });
  }

  applied(): string {
    if (this.#noted.length === 0) return this.#text;
    const parts: string[] = [];
    let copied = 0;
    for (const { start, end, by } of this.#noted.sort((one, other) => one.start - other.start || other.end - one.end)) {
      if (start < copied) continue;
      parts.push(this.#text.slice(copied, start), by);
      copied = end;
    }
    parts.push(this.#text.slice(copied));
    return parts.join('');
  }
}
