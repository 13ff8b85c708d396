const ROWS = 2000;

const HEADER = ['churned', 'tenure_months', 'monthly_price', 'support_calls', 'late_payments'];

/**
 * Made-up customers as CSV, the same each time: who stays shortly, pays much and calls often leaves sooner.
 */
export function sampleData(): string {
  const random = mulberry32(1);
  const rows = Array.from({ length: ROWS }, () => {
    const tenure = Math.floor(random() * 72);
    const price = Math.round(10 + random() * 90);
    const calls = Math.floor(random() ** 2 * 8);
    const latePayments = Math.floor(random() ** 3 * 5);
    const logit = -1.2 - 0.04 * tenure + 0.015 * price + 0.45 * calls + 0.5 * latePayments;
    const churned = random() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
    return [churned, tenure, price, calls, latePayments];
  });
  return `${[HEADER, ...rows].map((row) => row.join(',')).join('\n')}\n`;
}

/** Mulberry32, a generator of T. Ettinger in the public domain: uniform numbers of at least 0 and below 1. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
