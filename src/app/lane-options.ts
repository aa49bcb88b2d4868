import type { Logger } from 'pino';
import type { Config } from '../config/types.ts';
import type { RepeatReading, TargetReading } from '../metrics/readings.ts';
import type { SettledCount } from '../mirror/settled-counts.ts';
import type { ExperimentActivity } from '../model/experiment.ts';
import type { RedactionUse } from '../model/finding.ts';
import type { Pause } from '../model/pause.ts';
import type { RehearsalTable } from '../model/rehearsal.ts';
import type { RouteRow } from '../model/route.ts';
import type { RehearsedFindings } from '../threads/messages.ts';
import type { Lost } from './links.ts';
import type { Failure } from './supervisor.ts';

export interface LaneOptions {
  readonly index: number;
  readonly config: Config;
  readonly routeRows: readonly RouteRow[];
  readonly routeLog: SharedArrayBuffer;
  readonly pseudonym: string;
  readonly marker: string;
  readonly redactionKey: Uint8Array;
  readonly ticketSecret: Uint8Array;
  readonly mirroring: boolean;
  /** Shared by all edge threads. */
  readonly rateLimit: SharedArrayBuffer;
  /** How many users the shadow serves (see edge/serving-weights.ts); shared by all edge threads. */
  readonly weights: SharedArrayBuffer;
  /** For each role that looks names up: the memory by which its threads take turns. */
  readonly lookUpTurns: Record<'edge' | 'mirror', SharedArrayBuffer>;
  readonly log: Logger;
  /** The table at the start. */
  readonly rehearsals: RehearsalTable;
  readonly onFindings: (batches: readonly RehearsedFindings[], droppedExamples: number) => void;
  /** Called with what was hidden in the access log. */
  readonly onHidden: (uses: readonly RedactionUse[]) => void;
  /** Called when a shadow's response names a version that is not in the table. */
  readonly onVersion: (service: string, version: string) => void;
  readonly onSettled: (counts: readonly SettledCount[]) => void;
  /** Called with the state of the targets of copies; with none when the mirror thread has ended. */
  readonly onTargets: (readings: readonly TargetReading[]) => void;
  /** Called with what was sent to primaries again since the previous reading. */
  readonly onRepeats: (readings: readonly RepeatReading[]) => void;
  /** Called with what the edge thread saw of experiments. */
  readonly onExperiments: (activity: ExperimentActivity) => void;
  /** Called with all pauses of the copies of the edge thread, whenever one has begun or ended. */
  readonly onPauses: (pauses: readonly Pause[]) => void;
  /** Whether copies of a service are paused, on any edge thread. */
  readonly isPaused: (service: string) => boolean;
  /** Called with exchanges of a route that were lost with a thread. */
  readonly onLost: (row: RouteRow, count: number, lost: Lost) => void;
  readonly onFailing: (failure: Failure) => void;
}
