/**
 * Customers of a kind, each with the features `complaints`, `price` and `shoe_size`; the last one says
 * nothing.
 */
export interface CustomerOptions {
  readonly count: number;
  /** The same seed gives the same customers. */
  readonly seed: number;
  /** Added to everybody's complaints. @default 0 */
  readonly moreComplaints?: number;
}

/** Rows without label. */
export function customers(options: CustomerOptions): number[][] {
  return labelledCustomers(options).map(([, ...features]) => features);
}

/** CSV with a header, the label `left` first. */
export function customersCsv(options: CustomerOptions): string {
  return csvOf(['left', 'complaints', 'price', 'shoe_size'], labelledCustomers(options));
}

export function csvOf(header: readonly string[], rows: readonly (readonly number[])[]): string {
  return `${[header, ...rows].map((row) => row.join(',')).join('\n')}\n`;
}

/** Whether a customer left follows a logistic model: complaints and price count, the price more. */
function labelledCustomers({ count, seed, moreComplaints = 0 }: CustomerOptions): number[][] {
  const uniform = uniformNumbers(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const rounded = (value: number) => Math.round(value * 1000) / 1000;
  return Array.from({ length: count }, () => {
    const [complaints, price, shoeSize] = [normal() + moreComplaints, normal(), normal()].map(rounded) as [
      number,
      number,
      number,
    ];
    const probability = 1 / (1 + Math.exp(-(1.5 * complaints + 2.5 * price)));
    return [uniform() < probability ? 1 : 0, complaints, price, shoeSize];
  });
}

/** mulberry32. */
function uniformNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
