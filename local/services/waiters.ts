/** Those inside the cloud that wait until something by a name changes. */
export class Waiters {
  private readonly waiting = new Map<string, Set<() => void>>();

  /** Resolves at the next change. */
  change(name: string): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.waiting.get(name) ?? new Set();
      this.waiting.set(name, waiting.add(resolve));
    });
  }

  wake(name: string): void {
    const waiting = this.waiting.get(name) ?? [];
    this.waiting.delete(name);
    for (const wake of waiting) wake();
  }
}
