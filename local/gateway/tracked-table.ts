/**
 * A table that notes which of its entries may have changed: those that were set, deleted or handed out, since
 * services change values in place.
 */
export class TrackedTable<Value> extends Map<string, Value> {
  /** Keys of such entries since it was last cleared. */
  readonly touched = new Set<string>();

  static of<Value>(entries: ReadonlyMap<string, Value>): TrackedTable<Value> {
    const table = new TrackedTable<Value>();
    for (const [key, value] of entries) table.set(key, value);
    table.touched.clear();
    return table;
  }

  override get(key: string): Value | undefined {
    if (super.has(key)) this.touched.add(key);
    return super.get(key);
  }

  override set(key: string, value: Value): this {
    this.touched.add(key);
    return super.set(key, value);
  }

  override delete(key: string): boolean {
    this.touched.add(key);
    return super.delete(key);
  }

  override clear(): void {
    this.touchAll();
    super.clear();
  }

  override values(): MapIterator<Value> {
    this.touchAll();
    return super.values();
  }

  override entries(): MapIterator<[string, Value]> {
    this.touchAll();
    return super.entries();
  }

  override [Symbol.iterator](): MapIterator<[string, Value]> {
    return this.entries();
  }

  override forEach(...args: Parameters<Map<string, Value>['forEach']>): void {
    this.touchAll();
    super.forEach(...args);
  }

  /** An entry as it is, without handing it out. */
  peek(key: string): Value | undefined {
    return super.get(key);
  }

  private touchAll(): void {
    for (const key of super.keys()) this.touched.add(key);
  }
}

/** An entry that is only read: unlike one that `get` hands out, it need not be kept again. */
export function peek<Value>(table: ReadonlyMap<string, Value>, key: string): Value | undefined {
  return table instanceof TrackedTable ? table.peek(key) : table.get(key);
}
