const LONGEST_QUOTE = 60;

/** A text for a message: on one line, shortened, in quotation marks. */
export function quote(text: string): string {
  return JSON.stringify(text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text);
}
