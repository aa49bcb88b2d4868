import type { Peer } from '../peers/peer.ts';
import type { Findings } from './scenario.ts';

/** Columns by their titles, each with its cell for a peer. */
export type Columns<Result> = Readonly<Record<string, (result: Result, peer: Peer) => string>>;

/** A row for each peer, its name first. */
export function perPeer<Result>(
  results: ReadonlyMap<Peer, Result>,
  columns: Columns<Result>,
): Pick<Findings, 'header' | 'rows'> {
  return {
    header: ['', ...Object.keys(columns)],
    rows: [...results].map(([peer, result]) => [
      peer.name,
      ...Object.values(columns).map((cell) => cell(result, peer)),
    ]),
  };
}
