/** Whether bytes from `start` on begin with others, before `end`. */
export function beginWith(bytes: Uint8Array, start: number, end: number, others: Uint8Array): boolean {
  if (start + others.length > end) return false;
  for (let i = 0; i < others.length; i++) if (others[i] !== bytes[start + i]) return false;
  return true;
}

/** Whether bytes from `start` up to `end` are the same as others. */
export function areSame(bytes: Uint8Array, start: number, end: number, others: Uint8Array): boolean {
  return others.length === end - start && beginWith(bytes, start, end, others);
}
