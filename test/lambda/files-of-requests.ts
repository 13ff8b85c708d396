import type { RecordedFile } from '../../lambda/aws/recorded-files';

/** Capture files with these contents, whose bytes arrive in small pieces. */
export async function* filesOfRequests(...contents: string[]): AsyncIterable<RecordedFile> {
  for (const [index, content] of contents.entries()) {
    yield { key: `${index + 1}.jsonl`, chunks: piecesOf(content) };
  }
}

async function* piecesOf(content: string): AsyncIterable<Uint8Array> {
  const bytes = Buffer.from(content);
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}
