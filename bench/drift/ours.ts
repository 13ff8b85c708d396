import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
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
  yield { key: path, chunks: createReadStream(path) };
}

void main(process.argv.slice(2));
