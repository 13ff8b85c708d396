import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import {
  CreateStreamCommand,
  KinesisClient,
  PutRecordsCommand,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';
import { LocalCloud } from '../../../local/local-cloud';

const run = promisify(execFile);

jest.setTimeout(600_000);

/** It needs Java 17 and Maven, which resolves the library's artifacts: 70 MB. */
const describeWithKcl = process.env.IN_DEPTH_KCL ? describe : describe.skip;

describeWithKcl('The Kinesis Client Library, unmodified', () => {
  const cloud = new LocalCloud();
  const folder = mkdtempSync(join(tmpdir(), 'kcl-'));
  const lines: string[] = [];
  let kinesis: KinesisClient;
  let consumer: ChildProcess;

  beforeAll(async () => {
    await cloud.start();
    kinesis = new KinesisClient(cloud.clientConfig);
    const file = join(folder, 'class-path');
    const pom = join(__dirname, 'pom.xml');
    await run('mvn', ['-q', '-B', '-f', pom, 'dependency:build-classpath', `-Dmdep.outputFile=${file}`]);
    await kinesis.send(new CreateStreamCommand({ StreamName: 'events', ShardCount: 2 }));
    const classPath = readFileSync(file, 'utf8').trim();
    // The library speaks JSON without CBOR, and HTTP/2.
    const args = ['-Daws.cborEnabled=false', '-cp', classPath, join(__dirname, 'KclConsumer.java'), 'events'];
    consumer = spawn('java', args, {
      env: { ...process.env, ...cloud.environment() },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    createInterface({ input: consumer.stdout as NodeJS.ReadableStream }).on('line', (line) =>
      lines.push(line),
    );
  });
  afterAll(async () => {
    consumer?.kill('SIGKILL');
    kinesis?.destroy();
    await cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Puts a number for each of ten keys. */
  const put = (number: number) =>
    kinesis.send(
      new PutRecordsCommand({
        StreamName: 'events',
        Records: Array.from({ length: 10 }, (_, key) => ({
          PartitionKey: `customer-${key}`,
          Data: Buffer.from(String(number)),
        })),
      }),
    );

  const records = () => lines.filter((line) => line.includes(' customer-')).map((line) => line.split(' '));

  async function until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 100));
  }

  test('leases shards, keeps the order of each key over a split, and gets each record once', async () => {
    for (const number of [1, 2]) await put(number);
    await until(() => records().length === 20);
    await put(3);
    await kinesis.send(
      new SplitShardCommand({
        StreamName: 'events',
        ShardToSplit: 'shardId-000000000000',
        NewStartingHashKey: String(2n ** 126n),
      }),
    );
    for (const number of [4, 5]) await put(number);
    await until(() => records().length >= 50);
    const byKey = new Map<string, string[]>();
    for (const [, key = '', number = ''] of records()) byKey.set(key, [...(byKey.get(key) ?? []), number]);
    expect([...byKey.keys()]).toHaveLength(10);
    for (const numbers of byKey.values()) expect(numbers).toEqual(['1', '2', '3', '4', '5']);
    const end = lines.indexOf('shardId-000000000000 ended');
    const ofChildren = lines.findIndex((line) => /^shardId-00000000000[23] /.test(line));
    expect(end).toBeGreaterThan(-1);
    expect(ofChildren).toBeGreaterThan(end);
  });
});
