import { forEachRecord } from '../aws/parquet-payloads';
import type { RecordedFile } from '../aws/recorded-files';
import { CaptureCounter, type CaptureCounterProps } from '../domain/traffic/capture-counter';
import type { CaptureProfile } from '../domain/traffic/capture-profile';

/** Profiles capture files as their bytes arrive, so that neither an hour nor a file need fit into memory. */
export async function profileCapture(
  files: AsyncIterable<RecordedFile>,
  props: CaptureCounterProps,
): Promise<CaptureProfile> {
  const counter = new CaptureCounter(props);
  for await (const { key, chunks } of files) {
    let line = 0;
    await forEachRecord(chunks, (bytes, start, end) => {
      line++;
      counter.add(bytes, start, end, () => `${key}, line ${line}`);
    });
  }
  return counter.profile();
}
