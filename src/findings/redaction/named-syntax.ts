/** The words and characters of all the ways to write a value after its name. */

export const NAME_RUN = /[\w$@%\u0080-\uffff][\w$@%.\-\u0080-\uffff]*/y;
export const SPACE = /[ \t]*/y;
export const SEPARATOR = /[ \t]*(?:=>|:=|:(?!\/\/)|=(?!=))/y;
/** JSON allows a line break after a name in quotes. */
export const SPACED_SEPARATOR = /\s*(?:=>|:=|:(?!\/\/)|=(?!=))/y;
export const IN_BRACKETS = /[^\s,;&}\]){"'`<>\\]+/y;
export const WORD_VALUE = /[^\s&;,"'`<>\\)\]}|]+/y;
/** Up to the end of the line, or the next `&name=`, `; name=`, `, name=`. */
export const LINE_VALUE = /(?:[^\r\n&;,]|[&;,](?![ \t]*[\w.-]{1,100}[ \t]*[=:]))+/y;
/** A scheme before the credential, as in `Authorization: Bearer …`. */
export const SCHEME = /(?:Bearer|Basic|Digest|Token|ApiKey|DPoP|Negotiate)[ \t]+/iy;
export const SCHEME_OF = new RegExp(`^${SCHEME.source}`, 'i');
/** The type and the value of a variable. */
export const GRAPHQL = /^(?:\$\w+|\[?(?:String|ID|Int|Float|Boolean|[A-Z]\w*(?:Input|Scalar))!?\]?!?)$/;
/** Characters before a name at the beginning of a line. */
export const LONGEST_INDENT = 200;
export const LINE_BEGINNING = /^\s*(?:- |export |set |["'])?["']?$/i;
/** Characters in a string that may be part of a text with names, of markup, or of a URL. */
export const NESTED = /[:=<\\/]|-----/;
export const TIMESTAMP = /^[\d:.TZ+ -]+$/;
export const TOKEN = /~token:[0-9a-f]{12}~/y;
export const BLOCK_SCALAR = /[|>][+-]?\d?[ \t]*(?:#[^\n]*)?\r?\n/y;
/** Between a name and its value, in GraphQL and in programs. */
export const TYPE =
  /(?:\[?(?:String|ID|Int|Float|Boolean|string|str|number|any|Any|CharSequence)!?\]?[!?]?)[ \t]*=(?!=)[ \t]*/y;
/** What precedes a tag. Elsewhere `<` means "less than", or belongs to a type. */
export const BEFORE_TAG = /^[\s>"'`;]?$/;
