import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { S3Client } from '@aws-sdk/client-s3';
import { listedFiles } from '../../lambda/aws/recorded-files';
import { ArtifactStore } from '../../lambda/aws/store';
import type { DatasetProfile } from '../../lambda/domain/data/profile';
import { profileCapture } from '../../lambda/profile-capture/profile-capture';

const OBJECTS = 5000;
/** Read before anything is measured, as V8 compiles what runs often. */
const WARM_UP = 500;

/**
 * Usage: `node objects.js baseline.json capture.jsonl`; prints what an object of one record costs that is
 * read from S3, for which a server in another process stands in.
 */
async function main([baselinePath = '', capturePath = '']: readonly string[]): Promise<void> {
  const baseline = JSON.parse(readFileSync(baselinePath, 'utf8')) as DatasetProfile;
  const server = fork(__filename, ['serve', capturePath]);
  const [port] = await once(server, 'message');
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
  const client = new S3Client({ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', credentials });
  const read = (count: number) =>
    profileCapture(listedFiles(new ArtifactStore(client, 'bucket'), objects(count)), {
      baseline,
      columns: Object.keys(baseline.features),
      since: new Date(0),
    });
  try {
    await read(WARM_UP);
    const start = process.cpuUsage();
    const { records } = await read(OBJECTS);
    if (records !== 1) throw new Error(`one request in ${OBJECTS} objects is counted ${records} times`);
    const { user, system } = process.cpuUsage(start);
    const peakBytes = process.resourceUsage().maxRSS * 1024;
    console.log(JSON.stringify({ seconds: (user + system) / 1e6 / OBJECTS, peakBytes }));
  } finally {
    server.kill();
  }
}

function* objects(count: number) {
  for (let i = 0; i < count; i++) yield { key: `capture/churn/green/2026/11/24/09/${i}.jsonl`, bytes: 521 };
}

/** Answers each request with the first record. */
async function serve(capturePath: string): Promise<void> {
  const file = readFileSync(capturePath);
  const record = file.subarray(0, file.indexOf(10) + 1);
  const server = createServer((_, response) => {
    response.setHeader('Content-Length', record.length);
    response.end(record);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  process.send?.((server.address() as { port: number }).port);
}

const [first, ...rest] = process.argv.slice(2);
void (first === 'serve' ? serve(rest[0] ?? '') : main([first ?? '', ...rest]));
