import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { MetricPublisher } from '../../lambda/aws/metrics';
import { recordedFiles } from '../../lambda/aws/recorded-files';
import type { ArtifactStore } from '../../lambda/aws/store';
import type { WatchedModel } from '../../lambda/aws/watched-models/watched-model';
import {
  answersKey,
  capturePrefix,
  groundTruthPrefix,
  hourlyReportKey,
  reportTableKey,
} from '../../lambda/domain/records/bucket-layout';
import { monitorQuality } from '../../lambda/monitor-quality/monitor-quality';
import { START } from './data';

/** Usage: `node ours.js folder`; prints as `rivals.py` does. */
async function main([folder = '']: readonly string[]): Promise<void> {
  const store = storeIn(folder);
  const model: WatchedModel = {
    modelVersion: '1.0.0',
    variant: 'blue',
    since: new Date(START),
    recordedShare: 1,
    recordings: () => {
      throw new Error('quality reads a sample');
    },
    recorded: ({ path }, bytes) => recordedFiles(store, capturePrefix('bench', 'blue', path), { bytes }),
    reportKey: ({ path }, report) => hourlyReportKey('blue', path, report),
    tableKey: (table, { path }) => reportTableKey(table, 'blue', path),
    answersKey: ({ path }) => answersKey('1.0.0', path),
    capturePlanKey: () => {
      throw new Error('quality has no groups');
    },
    rejectedKey: ({ path }) => `answers/${path}-rejected.jsonl`,
    labelsPrefix: groundTruthPrefix,
    readBaseline: () => Promise.reject(new Error('nothing is sliced')),
    readHoldoutQuality: async () => ({ rows: 10_000, value: 0.9 }),
  };
  const start = process.cpuUsage();
  const report = await monitorQuality(
    { time: '2026-11-25T00:15:00Z' },
    {
      pipelineName: 'bench',
      sinks: { tell: async () => {} },
      store,
      source: { find: async () => model },
      metrics: { publish: async () => {} } as unknown as MetricPublisher,
      problem: { type: 'binary' },
      policy: { metric: { name: 'auc' }, tolerance: 0.02, alpha: 0.01 / 24, minimumLabels: 500 },
      labels: 'first',
      slices: [],
      fairness: [],
      conceptDrift: 'adwin',
      windowHours: 24,
    },
  );
  const { user, system } = process.cpuUsage(start);
  const seconds = (user + system) / 1e6;
  const { labels, metrics, completeness } = report;
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  console.log(
    JSON.stringify({ labels, auc: metrics.auc, sampled: completeness?.sampled, report, seconds, peakBytes }),
  );
}

/** A bucket as files. A write is there as a whole or not at all, as in S3. */
function storeIn(folder: string): ArtifactStore {
  const readText = (key: string) => readFile(join(folder, key), 'utf8');
  const store = {
    async *list(prefix: string) {
      const found = await readdir(join(folder, prefix), { recursive: true, withFileTypes: true }).catch(
        () => [],
      );
      const paths = found.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
      for (const path of paths.sort()) {
        yield { key: relative(folder, path), bytes: (await stat(path)).size };
      }
    },
    readText,
    readSmall: (key: string) => readFile(join(folder, key)),
    readStream: async (key: string) => createReadStream(join(folder, key)),
    tryReadJson: async (key: string) => readText(key).then(JSON.parse, () => undefined),
    async write(key: string, content: string) {
      const path = join(folder, key);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(`${path}.part`, content);
      await rename(`${path}.part`, path);
    },
    writeJson: (key: string, value: unknown) => store.write(key, JSON.stringify(value)),
  };
  return store as unknown as ArtifactStore;
}

void main(process.argv.slice(2));
