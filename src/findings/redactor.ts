import type { Comparison } from '../compare/comparison.ts';
import type { RedactConfig } from '../config/types.ts';
import type { Difference } from '../model/difference.ts';
import type { CapturedExchange, CapturedLeg, Fields } from '../model/exchange.ts';
import type { RecordedExchange, RecordedLeg } from '../model/finding.ts';
import type { Ending } from '../model/outcome.ts';
import { closeBody, type OpenBody, openBody } from './redaction/bodies.ts';
import { redactDifference } from './redaction/differences.ts';
import { redactFields } from './redaction/fields.ts';
import { redactLoosely, redactUrl } from './redaction/parameters.ts';
import { RedactionRules } from './redaction/rules.ts';
import { Secrets } from './redaction/secrets.ts';

/** What became of an exchange, for its record. */
export interface Account {
  readonly route: string;
  readonly ending: Ending;
  readonly comparison: Pick<Comparison, 'differences' | 'accepted' | 'omitted'>;
}

/** Differences of one exchange that are recorded one by one. */
const LISTED_DIFFERENCES = 100;

/**
 * Makes records of exchanges in which secrets are keyed tokens: equal values have equal tokens, so that a record shows
 * whether two differ. Secrets are the values of credential headers and cookies, of parameters with telling names, and
 * of what the configuration names; where one is seen, it is replaced in the whole exchange. Nothing is to leave the
 * compare thread that did not come through here.
 */
export class Redactor {
  readonly #rules: RedactionRules;
  readonly #key: Buffer;

  /** @param key of the tokens; equal values have equal tokens only under one key. */
  constructor(config: Pick<RedactConfig, 'headers' | 'paths' | 'query'>, key: Buffer) {
    this.#rules = new RedactionRules(config);
    this.#key = key;
  }

  /** The same comparison, its paths without names that are a part of what is hidden. */
  redactPaths(comparison: Comparison): Comparison {
    const { root } = this.#rules;
    if (root.free) return comparison;
    const redact = <T extends Difference>(difference: T): T =>
      difference.path.startsWith('$') ? { ...difference, path: root.redactPath(difference.path) } : difference;
    return {
      ...comparison,
      differences: comparison.differences.map(redact),
      accepted: comparison.accepted.map(redact),
    };
  }

  /** `account.comparison` is one with redacted paths. */
  redactExchange(exchange: CapturedExchange, { route, ending, comparison }: Account): RecordedExchange {
    const secrets = new Secrets(this.#key);
    const { names } = this.#rules;
    const { id, receivedAt, request } = exchange;

    // All is opened before anything is closed, since a secret of one part may be repeated in another.
    const target = redactUrl(request.target, names, secrets);
    const fields = redactFields(request.fields, names, secrets);
    const body = openBody(request.fields, request.body, this.#rules, secrets);
    const primary = this.#open(exchange.primary, secrets);
    const shadow = this.#open(exchange.shadow, secrets);
    const control = exchange.control && this.#open(exchange.control, secrets);
    const listed = <T extends Difference>(list: readonly T[]) =>
      list.slice(0, LISTED_DIFFERENCES).map((each) => this.#redactSides(each, primary, shadow, secrets));
    const differences = listed(comparison.differences);
    // Where a rule stands in the configuration is of today; its text is what lasts.
    const accepted = listed(comparison.accepted).map(({ index: _, ...lasting }) => lasting);
    const unlisted = countUnlisted(comparison);

    return {
      id,
      route,
      receivedAt,
      ending,
      request: {
        method: request.method,
        target: secrets.scrub(target),
        fields: scrubbed(fields, secrets),
        body: closeBody(body, secrets),
      },
      primary: close(primary, secrets),
      shadow: close(shadow, secrets),
      ...(control && { control: close(control, secrets) }),
      differences: [...differences.map((each) => scrubSides(each, secrets)), ...unlisted],
      accepted: accepted.map((each) => scrubSides(each, secrets)),
    };
  }

  #open(leg: CapturedLeg, secrets: Secrets): OpenLeg {
    const { names } = this.#rules;
    if ('failure' in leg) return { ...leg, detail: redactLoosely(leg.detail, names, secrets) };
    const { status, reason, fields, trailers, body } = leg.response;
    return {
      status,
      reason: redactLoosely(reason, names, secrets),
      fields: redactFields(fields, names, secrets),
      trailers: redactFields(trailers, names, secrets),
      body: openBody(fields, body, this.#rules, secrets),
      timing: leg.timing,
    };
  }

  #redactSides<T extends Difference>(difference: T, left: OpenLeg, right: OpenLeg, secrets: Secrets): T {
    return eachSide(difference, (text, name) => {
      const leg = name === 'left' ? left : right;
      return 'failure' in leg
        ? secrets.token(text)
        : redactDifference(difference.path, text, leg, this.#rules, secrets);
    });
  }
}

/** A leg whose own secrets are tokens. */
type OpenLeg =
  | Extract<RecordedLeg, { failure: unknown }>
  | (Omit<Extract<RecordedLeg, { status: number }>, 'body'> & { readonly body: OpenBody });

function close(leg: OpenLeg, secrets: Secrets): RecordedLeg {
  if ('failure' in leg) return { ...leg, detail: secrets.scrub(leg.detail) };
  return {
    ...leg,
    reason: secrets.scrub(leg.reason),
    fields: scrubbed(leg.fields, secrets),
    trailers: scrubbed(leg.trailers, secrets),
    body: closeBody(leg.body, secrets),
  };
}

function scrubbed(fields: Fields, secrets: Secrets): Fields {
  return fields.map((text, at) => (at % 2 === 0 ? text : secrets.scrub(text)));
}

function scrubSides<T extends Difference>(difference: T, secrets: Secrets): T {
  return eachSide(difference, (text) => secrets.scrub(text));
}

function eachSide<T extends Difference>(difference: T, change: (text: string, side: 'left' | 'right') => string): T {
  const { left, right } = difference;
  return {
    ...difference,
    ...(left !== undefined && { left: change(left, 'left') }),
    ...(right !== undefined && { right: change(right, 'right') }),
  };
}

/** Says how many differences the record does not list. */
function countUnlisted({ differences, omitted }: Account['comparison']): Difference[] {
  const count = omitted + Math.max(differences.length - LISTED_DIFFERENCES, 0);
  return count === 0 ? [] : [{ path: '…', kind: 'budget', right: `${count} more differences` }];
}
