/** Up to this variance (1 - p)^n, with p of at most a half, is far from vanishing. */
const MANY = 200;

/** Seeded random numbers (mulberry32) and what is drawn from them. */
export class Random {
  constructor(private state: number) {}

  /** In [0, 1). */
  uniform(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /**
   * Of the standard normal distribution (G. E. P. Box and M. E. Muller, Annals of Mathematical Statistics 29
   * (1958), p. 610).
   */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /**
   * Successes of `n` trials: by inversion, and by the normal approximation where many of both outcomes are
   * expected.
   */
  binomial(n: number, p: number): number {
    if (n === 0 || p <= 0) return 0;
    if (p > 0.5) return n - this.binomial(n, 1 - p);
    const variance = n * p * (1 - p);
    if (variance > MANY) {
      const drawn = Math.round(n * p + Math.sqrt(variance) * this.normal());
      return Math.min(n, Math.max(0, drawn));
    }
    const odds = p / (1 - p);
    let probability = (1 - p) ** n;
    let rest = this.uniform();
    let k = 0;
    while (rest > probability && k < n) {
      rest -= probability;
      k++;
      probability *= (odds * (n - k + 1)) / k;
    }
    return k;
  }
}
