/** Whether bytes from `start` up to `end` are the same as others. */
export function areSame(bytes: Uint8Array, start: number, end: number, others: Uint8Array): boolean {
  if (others.length !== end - start) return false;
  for (let i = 0; i < others.length; i++) if (others[i] !== bytes[start + i]) return false;
  return true;
}
