import type { Difference } from '../model/difference.ts';
import type { Fields } from '../model/exchange.ts';
import type { RecordedExchange, RecordedLeg } from '../model/finding.ts';

/** About how many bytes a recorded exchange takes in memory, by the lengths of its texts. */
export function exchangeSize({
  request,
  primary,
  shadow,
  control,
  differences,
  accepted,
  noise = [],
}: RecordedExchange): number {
  return (
    request.target.length +
    fieldsSize(request.fields) +
    request.body.content.length +
    legSize(primary) +
    legSize(shadow) +
    (control === undefined ? 0 : legSize(control)) +
    differencesSize(differences) +
    differencesSize(accepted) +
    differencesSize(noise)
  );
}

function legSize(leg: RecordedLeg): number {
  return 'failure' in leg
    ? leg.detail.length
    : fieldsSize(leg.fields) + fieldsSize(leg.trailers) + leg.body.content.length;
}

function fieldsSize(fields: Fields): number {
  return fields.reduce((size, text) => size + text.length, 0);
}

function differencesSize(differences: readonly Difference[]): number {
  return differences.reduce(
    (size, { path, left = '', right = '' }) => size + path.length + left.length + right.length,
    0,
  );
}
