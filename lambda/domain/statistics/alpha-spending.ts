/** Riemann's zeta of 3, the sum of 1 / k^3 over all k from 1. */
const ZETA_3 = 1.2020569031595942;

/**
 * Alpha of the k-th evaluation on one holdout: alpha / (zeta(3) k^3). All of them together, however many
 * follow, spend alpha at most, so that no number of retrainings on the same data promotes a challenger that
 * is no better with a greater probability: alpha-spending as by J. Tian and A. Ramdas, Statistical Methods in
 * Medical Research 30 (2021), p. 976. The first, on a fresh holdout, has 83 %.
 *
 * @param evaluation from 1
 */
export function spentAlpha(alpha: number, evaluation: number): number {
  if (!(Number.isInteger(evaluation) && evaluation >= 1)) {
    throw new Error(`evaluation ${evaluation} of a holdout is not a whole number from 1`);
  }
  return alpha / (ZETA_3 * evaluation ** 3);
}
