/** Whether two lists have the same items in the same order. */
export function sameItems<T>(some: readonly T[], others: readonly T[]): boolean {
  return some === others || (some.length === others.length && some.every((item, i) => item === others[i]));
}
