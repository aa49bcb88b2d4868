/**
 * Intervals that hold however often anybody looks: the asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha,
 * Kennedy and Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences" (Annals of Statistics, 2024),
 * theorem 2.2, equation (8). For the mean of t observations with the standard deviation σ,
 *
 *     μ ± σ √( 2 (tρ² + 1) / (t²ρ²) · ln( √(tρ² + 1) / α ) ),
 *
 * which is, with the standard error e = σ / √t and the information I = tρ²,
 *
 *     μ ± e √( (1 + 1/I) · ln( (1 + I) / α² ) ).
 */

/**
 * Half of the interval's width in standard errors. Infinite without information.
 *
 * @param information tρ²: how much has been observed, in units of which `bestInformation` are best. It must only rise.
 */
export function errorsWithin(information: number, alpha: number): number {
  return Math.sqrt((1 + 1 / information) * (Math.log1p(information) - 2 * Math.log(alpha)));
}

/** The information at which the interval is narrowest for what was observed: appendix B.2, equation (50). */
export function bestInformation(alpha: number): number {
  const doubt = -2 * Math.log(alpha);
  return doubt + Math.log(doubt + 1);
}
