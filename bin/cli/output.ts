import colors from 'picocolors';

let hasResult = false;

/** Writes what a command found: tables and lines for people, or one JSON document with `--json`. */
export class Output {
  constructor(readonly json: boolean) {}

  /**
   * Whether a command of this process has written its result: an error that follows is reported by the exit
   * code alone.
   */
  static get hasResult(): boolean {
    return hasResult;
  }

  /** The whole result of a command. */
  result(data: unknown, text: () => string): void {
    hasResult = true;
    process.stdout.write(`${this.json ? JSON.stringify(data, undefined, 2) : text()}\n`);
  }

  /** Progress: for people only, and not part of the result. */
  progress(message: string): void {
    if (!this.json) process.stderr.write(`${colors.dim(message)}\n`);
  }
}

/** Columns as wide as their widest cell; the last one wraps by the terminal. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => visibleLength(row[column] ?? ''))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === cells.length - 1
          ? cell
          : cell + ' '.repeat((widths[column] ?? 0) - visibleLength(cell) + 2),
      )
      .join('');
  return [colors.bold(line(header)), ...rows.map(line)].join('\n');
}

/** `2026-11-24 05:12` in UTC. */
export function minute(time: Date | string | undefined): string {
  return time === undefined ? '' : new Date(time).toISOString().slice(0, 16).replace('T', ' ');
}

/** Good news green, bad news red, the rest as it is. */
export function colored(status: string): string {
  if (/^(InService|OK|SUCCEEDED|release|released|promoted)$/.test(status)) return colors.green(status);
  if (/^(ALARM|FAILED|Failed|TIMED_OUT|ABORTED|failure|rollback|rolled-back)$/.test(status))
    return colors.red(status);
  if (/^(RUNNING|Updating|Creating|rejection|expiry|refused|INSUFFICIENT_DATA)$/.test(status))
    return colors.yellow(status);
  return status;
}

function visibleLength(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character begins a colour code
  return text.replace(/\u001b\[\d+m/g, '').length;
}
