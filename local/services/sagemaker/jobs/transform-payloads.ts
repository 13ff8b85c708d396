/** How a file becomes requests, and their answers a file again. */
export interface PayloadSettings {
  readonly isSplit: boolean;
  /** Fill requests with as many lines as they hold; else one line a request. */
  readonly isMultiRecord: boolean;
  readonly maxBytes: number;
}

/** A request would be larger than `MaxPayloadInMB`. */
export class PayloadTooLargeError extends Error {}

/**
 * The requests for one file. Split by lines, a request of several has a newline after each.
 *
 * @throws PayloadTooLargeError
 */
export function payloads(content: Buffer, settings: PayloadSettings): Buffer[] {
  if (!settings.isSplit) return [limited(content, settings)];
  const lines = linesOf(content).map((line) => limited(line, settings));
  if (!settings.isMultiRecord) return lines;
  const requests: Buffer[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const line of lines) {
    if (size + line.length > settings.maxBytes) {
      requests.push([]);
      size = 0;
    }
    requests.at(-1)?.push(line);
    size += line.length;
  }
  return requests.map((request) => Buffer.concat(request));
}

/** The answers to the requests of one file as the file `<name>.out`. */
export function assembled(answers: readonly Buffer[], withLines: boolean): Buffer {
  if (!withLines) return Buffer.concat(answers);
  return Buffer.concat(
    answers.map((answer) =>
      answer.at(-1) === NEWLINE ? answer : Buffer.concat([answer, Buffer.of(NEWLINE)]),
    ),
  );
}

const NEWLINE = 0x0a;

/** Lines with their newline; the last one gets one. */
function linesOf(content: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < content.length; ) {
    const end = content.indexOf(NEWLINE, start);
    if (end < 0) {
      lines.push(Buffer.concat([content.subarray(start), Buffer.of(NEWLINE)]));
      break;
    }
    if (end > start) lines.push(content.subarray(start, end + 1));
    start = end + 1;
  }
  return lines;
}

function limited(payload: Buffer, { maxBytes }: PayloadSettings): Buffer {
  if (payload.length <= maxBytes) return payload;
  throw new PayloadTooLargeError('Too much data for max payload size');
}
