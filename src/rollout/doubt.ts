/** The allowed probability that a promotion is wrong. */
const DOUBT = 0.05;

/** Whether evidence, as ln E, leaves no more doubt than that. */
export function isProof(logEvidence: number): boolean {
  return logEvidence >= -Math.log(DOUBT);
}
