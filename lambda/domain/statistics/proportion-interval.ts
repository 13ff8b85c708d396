import { logGamma } from './special-functions';

/**
 * Confidence interval of the mean of values between 0 and 1: it holds after every value, however often it is
 * evaluated, with probability 1 - alpha. It is made of the means that the beta mixture of likelihood ratios
 * does not refute at 1 / alpha (H. Robbins, Annals of Mathematical Statistics 41 (1970), p. 1397, with a
 * uniform mixture), found by bisection. Values other than 0 and 1 are allowed: the ratio is convex in them
 * (W. Hoeffding, JASA 58 (1963), theorem 4), so that it is at most the capital of one who bets on them
 * against the mean (I. Waudby-Smith and A. Ramdas, JRSS B 86 (2024), p. 1).
 *
 * @param sum of the values
 * @param count how many they are
 */
export function proportionInterval(sum: number, count: number, alpha: number): [low: number, high: number] {
  if (count === 0) return [0, 1];
  const mixture = logGamma(sum + 1) + logGamma(count - sum + 1) - logGamma(count + 2);
  const isRefuted = (mean: number) =>
    mixture - xLogY(sum, mean) - xLogY(count - sum, 1 - mean) >= -Math.log(alpha);
  return [boundary(0, sum / count, isRefuted), boundary(1, sum / count, isRefuted)];
}

/** Between a mean that may be refuted and the one that is refuted last. */
function boundary(end: number, best: number, isRefuted: (mean: number) => boolean): number {
  if (!isRefuted(end)) return end;
  let [refuted, possible] = [end, best];
  for (let i = 0; i < 60; i++) {
    const middle = (refuted + possible) / 2;
    if (isRefuted(middle)) refuted = middle;
    else possible = middle;
  }
  return possible;
}

function xLogY(x: number, y: number): number {
  return x === 0 ? 0 : x * Math.log(y);
}
