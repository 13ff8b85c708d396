interface PlannedTimeout {
  /** A part of the function's name. */
  readonly name: string;
  readonly when: 'before its work' | 'after its work';
  left: number;
}

/** Functions that run out of time, before or after they have done their work. */
export class FunctionTimeouts {
  private readonly planned: PlannedTimeout[] = [];

  /** The next invocations of a function run out of time. @param name a part of its name */
  plan(name: string, when: PlannedTimeout['when'], times = 1): void {
    this.planned.push({ name, when, left: times });
  }

  clear(): void {
    this.planned.length = 0;
  }

  /** What becomes of an invocation that begins; undefined if it ends in time. */
  next(functionName: string): PlannedTimeout['when'] | undefined {
    const found = this.planned.find(({ name, left }) => left > 0 && functionName.includes(name));
    if (found) found.left--;
    return found?.when;
  }
}
