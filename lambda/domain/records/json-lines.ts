/** What the lines of a file hold. */
export interface Lines<T> {
  readonly records: readonly T[];
  /** Lines that could not be read. */
  readonly unreadable: number;
  /** What was wrong with the first of them, and which it is. */
  readonly firstProblem?: string;
}

/**
 * Reads a file line by line. A line that cannot be read is counted and never fatal; empty ones are skipped.
 */
export function readLines<T>(text: string, parse: (line: string) => T): Lines<T> {
  const records: T[] = [];
  let unreadable = 0;
  let firstProblem: string | undefined;
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    try {
      records.push(parse(line));
    } catch (error) {
      unreadable++;
      firstProblem ??= `line ${index + 1}: ${error instanceof Error ? error.message : String(error)}`;
    }
  });
  return { records, unreadable, ...(firstProblem !== undefined && { firstProblem }) };
}

/** One JSON document a line. */
export function jsonLines(values: readonly object[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}
