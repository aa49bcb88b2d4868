import { unquoted } from '../../content/media-type.ts';

/** A field's lines without one parameter, and the value of that parameter. */
interface Apart {
  /** Absent where the field has no such parameter; several with the same name make a list. */
  readonly value?: string;
  readonly lines: readonly string[];
}

/**
 * Takes a parameter or directive out of a field: `charset` out of `text/html; charset=utf-8`, `max-age` out of `public,
 * max-age=60`, `realm` out of `Basic realm="a"`. Names are case-insensitive; a directive without a value is empty.
 */
export function withoutParameter(lines: readonly string[], name: string): Apart {
  const values: string[] = [];
  const rest = lines.map((line) => {
    let kept = '';
    let delimiter = '';
    for (const piece of piecesOf(line)) {
      if (piece === ',' || piece === ';') {
        delimiter = piece;
        continue;
      }
      const { before, parameter, value } = taken(piece);
      const isIt = parameter.toLowerCase() === name.toLowerCase();
      if (isIt) values.push(value);
      const left = isIt ? before : piece.trim();
      if (left === '') continue;
      kept += kept === '' ? left : `${delimiter} ${left}`;
    }
    return kept;
  });
  const value = values.length === 0 ? {} : { value: values.join(', ') };
  return { ...value, lines: rest.filter((line) => line !== '') };
}

/** Pieces between delimiters (quoted strings in them may contain delimiters), and the delimiters. */
function piecesOf(line: string): readonly string[] {
  const pieces: string[] = [];
  let from = 0;
  // Where one string is never closed, none behind it is: they are not looked through again.
  let isUnclosed = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at]!;
    if (character === '"' && !isUnclosed) {
      const end = stringEnd(line, at);
      if (end === undefined) isUnclosed = true;
      else at = end;
    } else if (character === ',' || character === ';') {
      if (at > from) pieces.push(line.slice(from, at));
      pieces.push(character);
      from = at + 1;
    }
  }
  return from < line.length ? [...pieces, line.slice(from)] : pieces;
}

/** Where the quoted string that begins here ends. */
function stringEnd(line: string, from: number): number | undefined {
  for (let at = from + 1; at < line.length; at++) {
    if (line[at] === '\\') at++;
    else if (line[at] === '"') return at;
  }
  return undefined;
}

/** `Basic realm="a"` is the parameter `realm`, with `Basic` before it. */
function taken(piece: string): { readonly before: string; readonly parameter: string; readonly value: string } {
  const equals = piece.indexOf('=');
  const name = (equals < 0 ? piece : piece.slice(0, equals)).trim();
  const value = equals < 0 ? '' : unquoted(piece.slice(equals + 1).trim());
  const space = equals < 0 ? -1 : name.lastIndexOf(' ');
  return { before: name.slice(0, Math.max(space, 0)).trim(), parameter: name.slice(space + 1), value };
}
