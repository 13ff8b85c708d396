import { Readable } from 'node:stream';
import { forEachLine } from '../domain/records/lines';
import { isParquet, type Payload } from '../domain/traffic/payload/payload';
import { openParquet } from './data-files/parquet-file';

/**
 * In the content types of Parquet, and hardly anywhere else: one search of a chunk tells that it has no
 * Parquet.
 */
const HINT = Buffer.from('quet');

/**
 * Gives the records of a file of data capture one by one, as {@link forEachLine} does. Payloads in Parquet,
 * which data capture writes as base64, are given as JSON: rows by the names of their columns, and answers as
 * lists.
 */
export async function forEachRecord(
  chunks: AsyncIterable<Uint8Array>,
  read: (bytes: Buffer, start: number, end: number) => void,
): Promise<void> {
  let searched: Buffer | undefined;
  let hint = -1;
  await forEachLine(chunks, (bytes, start, end) => {
    if (bytes !== searched || (hint >= 0 && hint < start)) hint = bytes.indexOf(HINT, start);
    searched = bytes;
    if (hint < 0 || hint >= end) {
      read(bytes, start, end);
      return undefined;
    }
    return withoutParquet(bytes.toString('utf8', start, end)).then((record) => {
      const others = Buffer.from(record);
      read(others, 0, others.length);
    });
  });
}

/** A record whose payloads cannot be read stays as it is: its reader says what is wrong. */
async function withoutParquet(line: string): Promise<string> {
  try {
    const record = JSON.parse(line);
    const { endpointInput, endpointOutput } = record.captureData;
    const answersAreParquet = endpointOutput !== undefined && isParquet(endpointOutput);
    if (!isParquet(endpointInput) && !answersAreParquet) return line;
    if (isParquet(endpointInput)) {
      const { columns, data } = await tableIn(endpointInput);
      record.captureData.endpointInput = asJson({ columns, data });
    }
    if (answersAreParquet) {
      const { data } = await tableIn(endpointOutput);
      record.captureData.endpointOutput = asJson(
        data.map((row) => row.map((cell) => (cell === '' ? null : cell))),
      );
    }
    return JSON.stringify(record);
  } catch {
    return line;
  }
}

function asJson(value: unknown) {
  return { observedContentType: 'application/json', encoding: 'JSON', data: JSON.stringify(value) };
}

async function tableIn({ data: base64 }: Payload) {
  const file = Buffer.from(base64, 'base64');
  const store = {
    readRange: async (_: string, from: number, to: number) => file.subarray(from, to),
    readStream: async () => Readable.from([file]),
  };
  const { header, batches } = await openParquet(store, { key: 'the payload', bytes: file.length });
  const data = [];
  for await (const { rows } of batches) data.push(...rows);
  return { columns: header, data };
}
