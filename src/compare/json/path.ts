/**
 * A place in a JSON body without indices: `$.items[*].price`, `$['a-b']`, `$.byId.{*}.name`. Kept as a link to the
 * parent and a step; the text is made only for places that are reported.
 */
export class Path {
  static readonly root = new Path(undefined, '$');

  readonly #parent: Path | undefined;
  readonly #step: string;
  #text: string | undefined;

  private constructor(parent: Path | undefined, step: string) {
    this.#parent = parent;
    this.#step = step;
  }

  member(name: string): Path {
    return new Path(this, memberStep(name));
  }

  element(): Path {
    return new Path(this, '[*]');
  }

  /** Any member of an object whose names are ids. */
  anyMember(): Path {
    return new Path(this, '.{*}');
  }

  toString(): string {
    this.#text ??= this.#write();
    return this.#text;
  }

  #write(): string {
    const steps: string[] = [];
    for (let path: Path | undefined = this; path !== undefined; path = path.#parent) steps.push(path.#step);
    steps.reverse();
    return steps.length <= LONGEST
      ? steps.join('')
      : [...steps.slice(0, LONGEST / 2), '…', ...steps.slice(-LONGEST / 2)].join('');
  }
}

/** Steps written out; of a deeper place, the first and the last of them. */
const LONGEST = 40;

const LONGEST_NAME = 80;

/** RFC 9535, section 2.5.1.1, member-name-shorthand. */
const SHORTHAND = /^[A-Z_a-z\u{80}-\u{D7FF}\u{E000}-\u{10FFFF}][\w\u{80}-\u{D7FF}\u{E000}-\u{10FFFF}]*$/u;

function memberStep(name: string): string {
  const shown = name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME)}…`;
  return SHORTHAND.test(shown) ? `.${shown}` : `['${escapeName(shown)}']`;
}

/** RFC 9535, section 2.7, normalized paths. */
function escapeName(name: string): string {
  return JSON.stringify(name).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
}
