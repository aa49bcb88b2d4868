import type { Comparison } from '../compare/comparison.ts';
import { Deadline, type ProcessorTime, threadTime } from '../compare/deadline.ts';
import { fitsOf } from '../compare/proposals/fits.ts';
import { excerpt, excerpts, isKeptWhole } from '../compare/value.ts';
import type { CompareConfig } from '../config/compare-types.ts';
import { messageTypes } from '../content/formats/protobuf/types.ts';
import { type Difference, OTHER_PLACES } from '../model/difference.ts';
import type { CapturedExchange, CapturedLeg, Fields } from '../model/exchange.ts';
import type { Fits, LearnedPlace, RecordedDifference, RecordedExchange, RecordedLeg } from '../model/finding.ts';
import type { Ending } from '../model/outcome.ts';
import { holdsToken } from '../model/redaction.ts';
import {
  type BodyKnowledge,
  type BodyReading,
  closeBody,
  type OpenBody,
  openBody,
  TOO_LATE,
} from './redaction/bodies.ts';
import { redactDifference } from './redaction/differences.ts';
import { redactFields } from './redaction/fields.ts';
import { decodeComponent, type NameRule } from './redaction/names.ts';
import { redactUrl } from './redaction/parameters.ts';
import { redactPath } from './redaction/places.ts';
import { type RedactionConfig, RedactionRules } from './redaction/rules.ts';
import { isOauthPath, MOST_INSIDE, Scope } from './redaction/scope.ts';
import { type CountRedaction, Secrets } from './redaction/secrets.ts';
import { redactText } from './redaction/text.ts';

/** What is known about the bodies of an exchange, by its request target. */
export type KnownBodies = (target: string, part: 'request' | 'response') => BodyKnowledge;

/** What a route's configuration says about bodies. */
export function knownBodies({ format, protobuf }: Pick<CompareConfig, 'format' | 'protobuf'>): KnownBodies {
  const typesFor = messageTypes(protobuf);
  // `format` is about responses only.
  return (target, part) => ({ ...typesFor(target, part), ...(part === 'response' && format && { format }) });
}

/** How an exchange ended, for its record. */
export interface Account {
  readonly route: string;
  readonly ending: Ending;
  readonly comparison: Pick<Comparison, 'differences' | 'accepted' | 'omitted' | 'sides'> & {
    /** Differences that the control explains, in addition to a mismatch. */
    readonly noise?: readonly Difference[];
    /** What is known of the places that are noisy, with redacted paths. */
    readonly learned?: () => readonly LearnedPlace[];
  };
  /** Absent: only what the bodies themselves say. */
  readonly bodies?: KnownBodies;
}

/** How many differences of one exchange are recorded. */
const LISTED_DIFFERENCES = 100;

/** Milliseconds for the record of one exchange. After that, whatever was not searched yet is withheld. */
const BUDGET = 250;

/**
 * Makes records of exchanges in which secrets are replaced by keyed tokens. Equal values have equal tokens, so that a
 * record shows whether two differ. Secrets are what the default rules recognize by name or shape, and what the
 * configuration names. A secret that is seen once is replaced in the whole exchange. Nothing may leave the compare
 * thread without having passed through here.
 */
export class Redactor {
  readonly #rules: RedactionRules;
  readonly #key: Buffer;
  readonly #count: CountRedaction;
  readonly #time: ProcessorTime;

  /**
   * @param key of the tokens; equal values have equal tokens only under one key.
   * @param count called for every hidden value of a record.
   * @param time limits how much of an exchange is searched.
   */
  constructor(
    config: RedactionConfig,
    key: Buffer,
    count: CountRedaction = () => {},
    time: ProcessorTime = threadTime,
  ) {
    this.#rules = new RedactionRules(config);
    this.#key = key;
    this.#count = count;
    this.#time = time;
  }

  /** The same comparison, with paths from which the names inside hidden values are removed. */
  redactPaths(comparison: Comparison): Comparison {
    const { root, names } = this.#rules;
    const scope = this.#scope(new Secrets(this.#key, () => {}), '');
    const redact = <T extends Difference>(difference: T): T => {
      if (!difference.path.startsWith('$')) return difference;
      const path = redactPath(root.redactPath(difference.path), names, scope);
      return path === difference.path ? difference : { ...difference, path };
    };
    return {
      ...comparison,
      differences: comparison.differences.map(redact),
      accepted: comparison.accepted.map(redact),
    };
  }

  /** `account.comparison` has redacted paths. */
  redactExchange(exchange: CapturedExchange, account: Account): RecordedExchange {
    const { route, ending, comparison, bodies = () => ({}) } = account;
    const secrets = new Secrets(this.#key, this.#count);
    const { id, receivedAt, request, servedBy } = exchange;
    const scope = this.#scope(secrets, request.target);
    const deadline = new Deadline(this.#time, BUDGET);
    const reading = { rules: this.#rules, scope, deadline };
    const known = bodies(request.target, 'response');

    // All parts are opened before any is closed, because one part may repeat a secret of another.
    const target = scope.redact(redactUrl(request.target, scope));
    const fields = redactFields(request.fields, scope);
    const body = openBody(request.fields, request.body, reading, bodies(request.target, 'request'));
    const primary = open(exchange.primary, reading, known);
    const shadow = open(exchange.shadow, reading, known);
    const control = exchange.control && open(exchange.control, reading, known);
    const listed = <T extends Difference>(list: readonly T[]) =>
      list.slice(0, LISTED_DIFFERENCES).map((each) => this.#redactSides(each, comparison, primary, shadow, reading));
    const differences = listed(comparison.differences);
    // The position of a rule in the configuration may change, so its text is recorded.
    const accepted = listed(comparison.accepted).map(({ index: _, ...lasting }) => lasting);
    const noise = listed(comparison.noise ?? []);
    const learned = (comparison.learned?.() ?? []).slice(0, LISTED_DIFFERENCES);
    const unlisted = countUnlisted(comparison);

    return {
      id,
      route,
      receivedAt,
      ending,
      ...(servedBy !== undefined && { servedBy }),
      request: {
        method: request.method,
        target: secrets.scrub(target),
        fields: scrubbed(fields, secrets),
        body: closeBody(body, secrets),
      },
      primary: close(primary, secrets),
      shadow: close(shadow, secrets),
      ...(control && { control: close(control, secrets) }),
      differences: [
        ...differences.map((each, at) => withFits(scrubSides(each, secrets), comparison.differences[at]!, comparison)),
        ...unlisted,
      ],
      ...(learned.length > 0 && { learned: learned.map((place) => scrubLearned(place, secrets)) }),
      ...(noise.length > 0 && { noise: noise.map((each) => scrubSides(each, secrets)) }),
      accepted: accepted.map((each) => scrubSides(each, secrets)),
    };
  }

  #scope(secrets: Secrets, target: string): Scope {
    const exchange = {
      names: this.#rules.names,
      secrets,
      redact: redactText,
      left: { characters: MOST_INSIDE },
      variables: new Map<string, NameRule>(),
    };
    const scope = new Scope(exchange, isOauthPath(target) ? 'oauth' : 'any');
    scope.learnVariables(decodeComponent(target));
    return scope;
  }

  /** Long values are redacted whole and cut later, because a cut secret is not recognized. */
  #redactSides<T extends Difference>(
    difference: T,
    { sides }: Account['comparison'],
    left: OpenLeg,
    right: OpenLeg,
    { scope, deadline }: BodyReading,
  ): T {
    const values = sides.get(difference);
    return eachSide(difference, (text, name) => {
      if (deadline.remaining <= 0) return TOO_LATE;
      const leg = name === 'left' ? left : right;
      const value = values?.[name];
      const whole = value !== undefined && isCut(value.excerpt) && isKeptWhole(value) ? value.shown : text;
      return 'failure' in leg
        ? scope.secrets.token(whole)
        : redactDifference(difference.path, whole, leg, this.#rules, scope);
    });
  }
}

function open(leg: CapturedLeg, reading: BodyReading, known: BodyKnowledge): OpenLeg {
  const { scope } = reading;
  if ('failure' in leg) return { ...leg, detail: scope.redact(leg.detail) };
  const { status, reason, fields, trailers, body } = leg.response;
  return {
    status,
    reason: scope.redact(reason),
    fields: redactFields(fields, scope),
    trailers: redactFields(trailers, scope),
    body: openBody(fields, body, reading, known),
    timing: leg.timing,
  };
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

/** Classes may name an origin, and parts a parameter. */
function scrubLearned({ classes, parts, ...place }: LearnedPlace, secrets: Secrets): LearnedPlace {
  return {
    ...place,
    classes: classes.map(({ name, count }) => ({ name: secrets.scrub(name), count })),
    parts: parts.map((part) => secrets.scrub(part)),
  };
}

function scrubSides<T extends Difference>(difference: T, secrets: Secrets): T {
  const scrubbed = eachSide(difference, (text) => secrets.scrubCut(secrets.scrub(text)));
  const { left, right } = scrubbed;
  if (left === undefined || right === undefined) return eachSide(scrubbed, excerpt);
  const [l, r] = excerpts(left, right);
  return { ...scrubbed, left: l, right: r };
}

/**
 * Which rules would accept the difference, judged by its complete values. The distance of two secrets is a secret,
 * too.
 */
function withFits(recorded: Difference, difference: Difference, { sides }: Account['comparison']): RecordedDifference {
  const values = sides.get(difference);
  const given = [values?.left, values?.right].filter((value) => value !== undefined);
  if (values === undefined || !given.every(isKeptWhole)) return recorded;
  const { path, kind } = difference;
  const fits = fitsOf({ path, kind, ...values, covering: [] });
  const hidden = [recorded.left, recorded.right].some((text) => text !== undefined && holdsToken(text));
  return { ...recorded, fits: hidden ? { effects: fits.effects, ...originOf(fits) } : fits };
}

/** For URLs, whether they differ only in parts whose names are harmless. */
function originOf({ parts }: Fits): Pick<Fits, 'parts'> {
  return parts?.every((part) => !part.startsWith('query.')) ? { parts } : {};
}

function isCut(text: string): boolean {
  return text.endsWith('…');
}

function eachSide<T extends Difference>(difference: T, change: (text: string, side: 'left' | 'right') => string): T {
  const { left, right } = difference;
  return {
    ...difference,
    ...(left !== undefined && { left: change(left, 'left') }),
    ...(right !== undefined && { right: change(right, 'right') }),
  };
}

/** Says how many differences are missing from the record. */
function countUnlisted({ differences, omitted }: Account['comparison']): Difference[] {
  const count = omitted + Math.max(differences.length - LISTED_DIFFERENCES, 0);
  return count === 0 ? [] : [{ ...OTHER_PLACES, right: `${count} more differences` }];
}
