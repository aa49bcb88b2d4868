import { CODE, type NameRule, type SecretNames } from './names.ts';
import { Secrets } from './secrets.ts';

/** How deep texts in texts are searched, such as JSON in a string of a form field. */
const DEEPEST = 5;

/** How many nested texts of one exchange are searched. The same text may count as part of a URL, a tag and a string. */
export const MOST_INSIDE = 4 * 1024 * 1024;

/** Returns a text without its secrets. Never throws. */
export type RedactText = (text: string, scope: Scope) => string;

/** What replaces secrets. */
export type Hiding = Pick<Secrets, 'hide' | 'token' | 'recognize' | 'isToken'>;

interface Exchange {
  readonly names: SecretNames;
  readonly secrets: Hiding;
  readonly redact: RedactText;
  /** Characters of nested texts that may still be searched. */
  readonly left: { characters: number };
  /** GraphQL variables, by what the query uses them for. */
  readonly variables?: Map<string, NameRule>;
}

/**
 * What the redaction of one exchange knows: names, its secrets, and whether it is about OAuth, where a code is a
 * secret.
 */
export class Scope {
  readonly names: SecretNames;
  readonly secrets: Hiding;
  readonly #exchange: Exchange;
  readonly #kind: 'oauth' | 'any';
  readonly #depth: number;

  constructor(exchange: Exchange, kind: 'oauth' | 'any', depth = 0) {
    this.#exchange = exchange;
    this.names = exchange.names;
    this.secrets = exchange.secrets;
    this.#kind = kind;
    this.#depth = depth;
  }

  redact(text: string): string {
    return this.#exchange.redact(text, this);
  }

  /** A text in a text. If it is nested too deeply, or there were too many, all of it is hidden. */
  inside(text: string): string {
    if (text.length < SHORTEST || this.secrets.isToken(text)) return text;
    const { left } = this.#exchange;
    left.characters -= text.length;
    return this.#depth >= DEEPEST || left.characters < 0
      ? this.secrets.token(text)
      : this.#exchange.redact(text, new Scope(this.#exchange, this.#kind, this.#depth + 1));
  }

  /** Whether a text has a secret, without remembering it. */
  finds(text: string): boolean {
    const trial = { ...this.#exchange, secrets: new Secrets(NO_KEY, () => {}) };
    return new Scope(trial, this.#kind, this.#depth).inside(text) !== text;
  }

  /** The same scope, where neighboring parameters show that a code is a secret. */
  get oauth(): Scope {
    return this.#kind === 'oauth' ? this : new Scope(this.#exchange, 'oauth', this.#depth);
  }

  /** @param parent the name of the object that the member belongs to. */
  member(name: string, parent = ''): NameRule | undefined {
    const rule = parent === '' ? this.names.member(name) : this.names.part(parent, name);
    return rule ?? this.#exchange.variables?.get(name) ?? this.#code(name);
  }

  /** Remembers the variables that a GraphQL query passes to arguments with names of secrets. */
  learnVariables(query: string): void {
    const { variables } = this.#exchange;
    if (variables === undefined || !query.includes('$')) return;
    for (const [, argument = '', variable = ''] of query.matchAll(ARGUMENT)) {
      const rule = this.names.member(argument);
      if (rule !== undefined && variables.size < MOST_VARIABLES) variables.set(variable, rule);
    }
  }

  /** @param name as written in a query or a form. */
  parameter(name: string): NameRule | undefined {
    return this.names.parameter(name) ?? this.#code(name);
  }

  #code(name: string): NameRule | undefined {
    const isCode = this.#kind === 'oauth' && name.length === 4 && name.toLowerCase() === 'code';
    return isCode && this.names.has('oauth_code') ? CODE : undefined;
  }
}

/** The shortest text of a name, a separator and a value. */
const SHORTEST = 5;
const NO_KEY = Buffer.from('none');

/** A variable used as a value (GraphQL, section 2.10). */
const ARGUMENT = /(?<!\w)([A-Za-z_]\w{0,99})\s{0,9}:\s{0,9}\$([A-Za-z_]\w{0,99})/g;
const MOST_VARIABLES = 100;

const OAUTH_PATH =
  /(?:^|[/_.-])(?:oauth2?|oidc|openid|authorize|authorization|auth|callback|cb|token|connect|sso|saml2?|login|signin|sign-in)(?:$|[/_.;-])/i;

/** Whether the path of a target or a URL is one that passes on an authorization code. */
export function isOauthPath(target: string): boolean {
  const end = target.search(/[?#]/);
  return OAUTH_PATH.test(end < 0 ? target : target.slice(0, end));
}
