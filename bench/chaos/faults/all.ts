import { CLIENT_FAULTS, OPERATOR_FAULTS } from './clients.ts';
import { CONFIGURATION_FAULTS } from './configuration.ts';
import type { Fault } from './fault.ts';
import { PROCESS_FAULTS } from './process.ts';
import { STORE_FAULTS } from './store.ts';
import { TARGET_FAULTS } from './targets.ts';

/** Of the soak, the chaos runs and the tests. A schedule goes by their order: new ones change what a seed means. */
export const FAULTS: readonly Fault[] = [
  ...TARGET_FAULTS,
  ...STORE_FAULTS,
  ...CONFIGURATION_FAULTS,
  ...PROCESS_FAULTS,
  ...CLIENT_FAULTS,
  ...OPERATOR_FAULTS,
];
