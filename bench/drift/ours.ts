import { open, readFile } from 'node:fs/promises';
import type { RecordedFile } from '../../lambda/aws/recorded-files';
import type { DatasetProfile } from '../../lambda/domain/data/profile';
import { detectDrift } from '../../lambda/domain/traffic/drift';
import { profileCapture } from '../../lambda/profile-capture/profile-capture';

/** Usage: `node ours.js baseline.json capture.jsonl`; prints as `rivals.py` does. */
async function main([baselinePath = '', capturePath = '']: readonly string[]): Promise<void> {
  const baseline = JSON.parse(await readFile(baselinePath, 'utf8')) as DatasetProfile;
  const start = process.cpuUsage();
  const found = await profileCapture(fileAt(capturePath), {
    baseline,
    columns: Object.keys(baseline.features),
    since: new Date(0),
  });
  const { features } = detectDrift(baseline, found.profile);
  const { user, system } = process.cpuUsage(start);
  const seconds = (user + system) / 1e6;
  const distances = Object.fromEntries(features.map(({ feature, distance }) => [feature, distance]));
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  console.log(JSON.stringify({ distances, seconds, peakBytes }));
}

async function* fileAt(path: string): AsyncGenerator<RecordedFile> {
  yield { key: path, chunks: chunksOf(path) };
}

/** In one buffer, so that what is measured is no other reader's. */
async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  const file = await open(path);
  try {
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES);
      if (bytesRead === 0) return;
      yield chunk.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

const CHUNK_BYTES = 1 << 18;

void main(process.argv.slice(2));
