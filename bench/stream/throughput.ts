import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CaptureRecorder } from '../../lambda/inference/capture-recorder';
import { InferenceMetrics } from '../../lambda/inference/inference-metrics';
import { LoadedModels } from '../../lambda/inference/loaded-models';
import { FunctionScorer } from '../../lambda/score-stream/function-scorer';
import { itemFailures } from '../../lambda/score-stream/item-failures';
import { FirehoseOutput } from '../../lambda/score-stream/outputs/firehose-output';
import { scoreRecords } from '../../lambda/score-stream/score-records';
import { recordsOfEvent } from '../../lambda/score-stream/sources/records-of-event';
import { now, PIPELINE, shardEvent, streamProps, write } from './stream-props';

/** Of a measurement, after as many that warm it up. */
const MILLISECONDS = 1_000;

interface Measurement {
  /** With the model and rows. */
  readonly folder: string;
  /** Of an event. */
  readonly records: number;
  /** Of the output, for a call. */
  readonly answerMillis: number;
}

/** Events of one shard, each begun when the one before has ended. */
export async function recordsASecond({ folder, records, answerMillis }: Measurement): Promise<number> {
  const server = await outputThatAnswersIn(answerMillis);
  try {
    const onnx = readFileSync(join(folder, 'model.onnx'));
    const rows = JSON.parse(readFileSync(join(folder, 'rows.json'), 'utf8')) as number[][];
    const event = shardEvent(
      Array.from({ length: records }, (_, i) => JSON.stringify(rows[i % rows.length])),
    );
    const recorder = new CaptureRecorder({
      store: { write: async () => {} },
      folder: PIPELINE.pipelineName,
      percentage: 100,
      now,
      onFailure: () => {},
    });
    const scorer = new FunctionScorer({
      models: new LoadedModels({ read: async () => ({ onnx }) }),
      metrics: new InferenceMetrics({ ...PIPELINE, write, now }),
      recorder,
      stopwatch: () => performance.now(),
      now,
    });
    const props = streamProps({ scorer, output: new FirehoseOutput('bench') });
    const handle = async () => {
      const { batchItemFailures } = itemFailures(await scoreRecords(recordsOfEvent(event), props));
      if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} records failed`);
      await recorder.flush(AbortSignal.timeout(MILLISECONDS));
    };
    await eventsFor(MILLISECONDS, handle);
    return records * (await eventsFor(MILLISECONDS, handle));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** @returns events a second */
async function eventsFor(milliseconds: number, handle: () => Promise<void>): Promise<number> {
  const start = performance.now();
  let events = 0;
  for (; performance.now() - start < milliseconds; events++) await handle();
  return (events * 1_000) / (performance.now() - start);
}

/** A Firehose that takes everything. */
async function outputThatAnswersIn(milliseconds: number): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { Records } = JSON.parse(Buffer.concat(chunks).toString()) as {
        readonly Records: readonly object[];
      };
      const RequestResponses = Records.map((_, index) => ({ RecordId: String(index) }));
      const answer = () => response.end(JSON.stringify({ FailedPutCount: 0, RequestResponses }));
      if (milliseconds === 0) answer();
      else setTimeout(answer, milliseconds);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
  });
  return server;
}
