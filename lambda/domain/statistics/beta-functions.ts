import { logGamma } from './special-functions';

/** P(T > t) of Student's t distribution: I(df / (df + t^2); df/2, 1/2) / 2 for t > 0, NIST DLMF 8.17. */
export function studentSurvival(t: number, degreesOfFreedom: number): number {
  const x = degreesOfFreedom / (degreesOfFreedom + t * t);
  const upper = betaRatio(x, degreesOfFreedom / 2, 0.5) / 2;
  return t >= 0 ? upper : 1 - upper;
}

/** The t with P(T > t) = p for 0 < p < 1, by bisection. */
export function studentUpperQuantile(p: number, degreesOfFreedom: number): number {
  if (p > 0.5) return -studentUpperQuantile(1 - p, degreesOfFreedom);
  let low = 0;
  let high = 1;
  while (studentSurvival(high, degreesOfFreedom) > p) high *= 2;
  for (let i = 0; i < 70; i++) {
    const middle = (low + high) / 2;
    if (studentSurvival(middle, degreesOfFreedom) > p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(X >= k) of the binomial distribution of n trials: I(p; k, n - k + 1), NIST DLMF 8.17.5. */
export function binomialAtLeast(k: number, n: number, p: number): number {
  return k <= 0 ? 1 : betaRatio(p, k, n - k + 1);
}

/**
 * The regularised incomplete beta function I(x; a, b): the continued fraction NIST DLMF 8.17.22, evaluated by
 * the modified method of Lentz, on the side where it converges fast.
 */
function betaRatio(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaRatio(1 - x, b, a);
  const front =
    Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    fraction *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 2 * Number.EPSILON) break;
  }
  return front * fraction;
}

function nonZero(value: number): number {
  return Math.abs(value) < Number.MIN_VALUE * 1e16 ? 1e-300 : value;
}
