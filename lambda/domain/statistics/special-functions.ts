/**
 * P(Z > z) of the standard normal distribution. Relative error below 1e-10, far tails included.
 * Formula: Q(1/2, z^2/2) / 2, NIST DLMF 7.11.2.
 */
export function normalSurvival(z: number): number {
  const upper = upperGammaRatio(0.5, (z * z) / 2) / 2;
  return z >= 0 ? upper : 1 - upper;
}

/** The z with P(Z > z) = p for 0 < p < 1, by bisection. */
export function normalUpperQuantile(p: number): number {
  let low = -40;
  let high = 40;
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (normalSurvival(middle) > p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(X > x) of the chi-squared distribution: Q(df/2, x/2), NIST DLMF 8.2.4. */
export function chiSquaredSurvival(x: number, degreesOfFreedom: number): number {
  return upperGammaRatio(degreesOfFreedom / 2, x / 2);
}

/**
 * P(K > x) of the Kolmogorov distribution, the limit of sqrt(n) D.
 * Formulas: Smirnov, Annals of Mathematical Statistics 19 (1948), p. 279, for large x, and its Jacobi
 * theta transform for small x, where the former converges slowly (Marsaglia, Tsang and Wang, Journal of
 * Statistical Software 8(18), 2003).
 */
export function kolmogorovSurvival(x: number): number {
  if (x <= 0) return 1;
  let sum = 0;
  if (x < 1.18) {
    for (let k = 1; k <= 9; k += 2) sum += Math.exp((-k * k * Math.PI ** 2) / (8 * x * x));
    return 1 - (Math.sqrt(2 * Math.PI) / x) * sum;
  }
  for (let k = 1; k <= 5; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * x * x);
  return sum;
}

/**
 * Logarithm of the gamma function for a > 0: Stirling's series, NIST DLMF 5.11.1, from 10 on, reached by
 * the recurrence gamma(a + 1) = a gamma(a).
 */
export function logGamma(a: number): number {
  let shift = 0;
  let x = a;
  for (; x < 10; x++) shift += Math.log(x);
  const y = 1 / (x * x);
  const series = (1 / 12 - y * (1 / 360 - y * (1 / 1260 - y * (1 / 1680 - y / 1188)))) / x;
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series - shift;
}

/**
 * The largest mean of a Poisson distribution that still gives at most `events` with probability `alpha`: an
 * upper confidence bound, by bisection. Formula: P(K <= k) = Q(k + 1, mean), F. Garwood, Biometrika 28
 * (1936), p. 437.
 */
export function poissonUpperBound(events: number, alpha: number): number {
  let low = 0;
  let high = events + 1;
  while (upperGammaRatio(events + 1, high) > alpha) high *= 2;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (upperGammaRatio(events + 1, middle) > alpha) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The regularised upper incomplete gamma function Q(a, x): the power series NIST DLMF 8.11.4 for x < a + 1,
 * else the continued fraction 8.9.2, evaluated by the modified method of Lentz.
 */
function upperGammaRatio(a: number, x: number): number {
  if (x <= 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; term > sum * Number.EPSILON; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return 1 - front * sum;
  }
  let b = x + 1 - a;
  let c = Number.MAX_VALUE;
  let d = 1 / b;
  let fraction = d;
  let change = 0;
  for (let n = 1; Math.abs(change - 1) > 4 * Number.EPSILON && n < 10_000; n++) {
    const numerator = n * (a - n);
    b += 2;
    d = 1 / (b + numerator * d);
    c = b + numerator / c;
    change = c * d;
    fraction *= change;
  }
  return front * fraction;
}
