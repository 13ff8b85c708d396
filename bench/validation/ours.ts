import { createReadStream, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { DataValidation } from '../../contracts/functions/retraining';
import { RoutingStore } from '../../lambda/aws/routing-store';
import { ArtifactStore } from '../../lambda/aws/store';
import type { DataSchema } from '../../lambda/domain/data/data-schema';
import { createManifest, formatManifest } from '../../lambda/domain/data/dataset';
import { emptyRouting } from '../../lambda/domain/release/routing';
import { validateData } from '../../lambda/validate-data/validate-data';
import type { Checks } from './data';

/** A bucket with one file of this machine, and nothing in production. */
class FileStore extends ArtifactStore {
  written: string[] = [];

  constructor(private readonly path: string) {
    super(new S3Client({ region: 'us-east-1' }), 'bench');
  }

  override async readText(): Promise<string> {
    const { size: bytes } = statSync(this.path);
    const file = { key: 'training-data/data.csv', versionId: '1', checksum: '1', bytes };
    return formatManifest(createManifest([file]));
  }

  override async readStream(): Promise<Readable> {
    return createReadStream(this.path);
  }

  override async write(_key: string, content: string | Uint8Array): Promise<void> {
    this.written.push(String(content));
  }
}

class NoRouting extends RoutingStore {
  constructor() {
    super(new SSMClient({ region: 'us-east-1' }), 'bench');
  }

  override async read() {
    return emptyRouting('bench');
  }
}

async function main([path = '', checks = '']: readonly string[]): Promise<void> {
  const limits = JSON.parse(await readFile(checks, 'utf8')) as Checks;
  const store = new FileStore(path);
  const start = performance.now();
  (await validateData(
    { dataVersion: 'bench' },
    {
      store,
      routing: new NoRouting(),
      label: 'label',
      problem: { type: 'binary' },
      minimumRows: 1000,
      ignoredColumns: [],
      schema: schemaOf(limits),
      now: () => new Date(),
    },
  )) satisfies DataValidation;
  const seconds = (performance.now() - start) / 1000;
  const { findings } = JSON.parse(store.written.at(-1) ?? '{}') as { findings: { count?: number }[] };
  const found = findings.reduce((sum, { count = 0 }) => sum + count, 0);
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  console.log(JSON.stringify({ found, seconds, peakBytes }));
}

function schemaOf({ label: _, ...limits }: Checks): DataSchema {
  const columns = Object.entries(limits).map(([name, { allowed, ...range }]) => [
    name,
    allowed ? { type: 'category', values: { allowed } } : { type: 'number', range },
  ]);
  return { columns: Object.fromEntries(columns) };
}

void main(process.argv.slice(2));
