/** Two-sided 95 %. */
const Z = 1.959963984540054;

/**
 * Interval in which a probability lies with confidence .95, after `events` in `trials`: (p + z^2/2n ± z
 * sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n) (E. B. Wilson, JASA 22 (1927), p. 209). Without trials it may be
 * anywhere.
 */
export function wilsonInterval(events: number, trials: number): readonly [low: number, high: number] {
  if (trials <= 0) return [0, 1];
  // Counts of two metrics may be told apart by a moment.
  const share = Math.min(1, Math.max(0, events / trials));
  const scale = 1 + (Z * Z) / trials;
  const middle = (share + (Z * Z) / (2 * trials)) / scale;
  const half = (Z * Math.sqrt((share * (1 - share)) / trials + (Z * Z) / (4 * trials * trials))) / scale;
  return [share === 0 ? 0 : Math.max(0, middle - half), share === 1 ? 1 : Math.min(1, middle + half)];
}
