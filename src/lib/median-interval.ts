/** Two-sided quantile of the standard normal distribution for 99.9 %. */
const Z = 3.2905;

/**
 * Between which quantiles of a sample the median of what it was drawn from lies with 99.9 % confidence, whatever the
 * distribution: order statistics, with the normal approximation of the binomial (Conover, Practical Nonparametric
 * Statistics, 3.2). Undefined where the sample is too small to tell.
 */
export function medianInterval(size: number): { readonly low: number; readonly high: number } | undefined {
  const reach = Z / (2 * Math.sqrt(size));
  return reach < 0.5 ? { low: 0.5 - reach, high: 0.5 + reach } : undefined;
}
