const BARS = '▁▂▃▄▅▆▇█';

/** Values as bars of one line, the full height being `highest`; what is not known is left blank. */
export function sparkline(values: readonly (number | undefined)[], highest: number): string {
  return values.map((value) => (value === undefined ? ' ' : barOf(value / (highest || 1)))).join('');
}

function barOf(share: number): string {
  return BARS[Math.min(BARS.length - 1, Math.max(0, Math.round(share * (BARS.length - 1))))] as string;
}
