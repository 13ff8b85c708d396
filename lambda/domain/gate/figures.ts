/** Four significant digits. */
export function figure(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : 'not known';
}

/** Three significant digits, with the sign. */
export function signed(value: number): string {
  return Number.isFinite(value) ? `${value > 0 ? '+' : ''}${Number(value.toPrecision(3))}` : 'not known';
}
