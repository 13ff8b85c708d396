import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readModelSignature } from '../../lambda/aws/model-signatures';
import { scorePart } from '../../lambda/batch/score-part';
import { batchManifest, batchParts, batchPlan } from '../../lambda/domain/batch/batch-documents';
import { parseCsv } from '../../lambda/domain/data/csv';
import { baselineProfile } from '../../lambda/domain/data/profile';
import { batchRunKey } from '../../lambda/domain/records/bucket-layout';
import type { RoutingDocument } from '../../lambda/domain/release/routing';
import { finishBatch } from '../../lambda/finish-batch/finish-batch';
import { LoadedModels } from '../../lambda/inference/loaded-models';
import { planBatch } from '../../lambda/plan-batch/plan-batch';
import { BATCH_MODEL, onnxPredictor } from '../../lambda/score-batch/onnx-predictor';
import { folderBucket } from './folder-bucket';

const VERSION = '1.0.0';
const BATCH = 'bench';
const RUN = 'run';
/** Of the function by default: one whole vCPU. */
const MEBIBYTES = 1769;
/** Rows that the baseline counts, as of training data. */
const BASELINE_ROWS = 20_000;

/**
 * Usage: `node ours.js register <folder>`, `score <folder> <ending> <workers>` or, by the latter,
 * `parts <folder> <worker> <workers>`; prints as `rivals.py` does.
 */
async function main([program, folder = '', ...args]: readonly string[]): Promise<object> {
  if (program === 'register') return register(folder);
  if (program === 'parts') return scoreParts(folder, Number(args[0]), Number(args[1]));
  return score(folder, args[0] as string, Number(args[1]));
}

/** The documents of a version that a batch reads. */
async function register(folder: string): Promise<object> {
  const text = readFileSync(join(folder, 'in', 'csv', 'rows.csv'))
    .subarray(0, 8 * 2 ** 20)
    .toString();
  const [header = [], ...rows] = parseCsv(text.slice(0, text.lastIndexOf('\n') + 1)).slice(0, BASELINE_ROWS);
  const features = header.slice(1);
  const columns = features.map((name, index) => ({
    name,
    kind: 'numeric' as const,
    cells: rows.map((row) => row[index + 1] as string),
  }));
  await mkdir(join(folder, 'models', VERSION), { recursive: true });
  const write = (name: string, document: object) =>
    writeFileSync(join(folder, 'models', VERSION, name), JSON.stringify(document));
  write(
    'baseline.json',
    baselineProfile(
      columns,
      Float64Array.from(rows, (_, row) => row / rows.length),
    ),
  );
  write('model-signature.json', {
    version: 1,
    inputs: features.map((name) => ({ name, type: 'number', optional: false })),
    outputs: [{ name: 'label', type: 'probability' }],
  });
  return {};
}

/** A whole run, whose parts are scored by as many processes. */
async function score(folder: string, ending: string, workers: number): Promise<object> {
  await rm(join(folder, 'batch'), { recursive: true, force: true });
  const store = folderBucket(folder);
  if (workers === 1) await predictorIn(folder);
  const start = performance.now();
  const planned = await planBatch(
    { input: { run: RUN }, execution: RUN },
    {
      pipelineName: 'bench',
      batchName: BATCH,
      routingParameter: '',
      input: { bucket: folder, prefix: `in/${ending}/` },
      output: { format: 'csv', columns: ['customer'] },
      engine: 'lambda',
      partBytes: 16 * 2 ** 20,
      store,
      inputStore: store,
      routing: { read: async () => ROUTING },
      containerOf: () => Promise.reject(new Error('no container scores')),
      now: () => new Date(),
    },
  );
  const plannedSeconds = (performance.now() - start) / 1000;
  if (workers === 1) await scoreParts(folder, 0, 1);
  else {
    const scoring = Array.from({ length: workers }, (_, worker) =>
      once(fork(__filename, ['parts', folder, String(worker), String(workers)], { silent: true }), 'exit'),
    );
    for (const [status] of await Promise.all(scoring)) if (status !== 0) throw new Error('a worker failed');
  }
  const { manifestKey } = await finishBatch(RUN, {
    batchName: BATCH,
    store,
    metrics: { publish: async () => {} },
    events: { tryPublish: async () => undefined },
    now: () => new Date(),
  });
  const seconds = (performance.now() - start) / 1000;
  const manifest = await store.readJson(manifestKey, batchManifest);
  const { rows, gigabyteSeconds = 0 } = manifest;
  return {
    seconds,
    rows,
    sum: manifest.parts.reduce((sum, { key }) => sum + sumOf(join(folder, key)), 0),
    parts: planned.parts,
    gigabyteSeconds: gigabyteSeconds + (plannedSeconds * MEBIBYTES) / 1024,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
}

/** The parts of a run that fall to one of several processes. */
async function scoreParts(folder: string, worker: number, workers: number): Promise<object> {
  const store = folderBucket(folder);
  const { partsKey } = await store.readJson(batchRunKey(BATCH, RUN, 'plan.json'), batchPlan);
  const parts = await store.readJson(partsKey, batchParts);
  const props = {
    batchName: BATCH,
    store,
    inputOf: () => store,
    stopwatch: () => performance.now(),
    memoryMebibytes: MEBIBYTES,
    predictorOf: await predictorIn(folder),
  };
  for (const part of parts.filter((_, index) => index % workers === worker)) await scorePart(part, props);
  return {};
}

let predictor: ReturnType<typeof onnxPredictor> | undefined;

/** With the model loaded, as rivals have it before they measure. */
async function predictorIn(folder: string): Promise<ReturnType<typeof onnxPredictor>> {
  if (predictor) return predictor;
  const onnx = readFileSync(join(folder, 'model.onnx'));
  const signature = await readModelSignature(folderBucket(folder), VERSION);
  const models = new LoadedModels({ read: async () => ({ onnx, signature }) }, BATCH_MODEL);
  await models.get(VERSION);
  predictor = onnxPredictor(models);
  return predictor;
}

const ROUTING: RoutingDocument = {
  version: 1,
  endpointName: 'bench',
  production: {
    modelVersion: VERSION,
    variant: 'blue',
    modelName: 'bench',
    modelPackageArn: 'arn',
    since: '2026-11-30T00:00:00Z',
    ledgerSequence: 1,
  },
};

/** Of the predictions in a file, by which rivals are compared. */
function sumOf(path: string): number {
  const [header = [], ...rows] = parseCsv(readFileSync(path, 'utf8'));
  const place = header.indexOf('prediction');
  return rows.reduce((sum, row) => sum + Number(row[place]), 0);
}

main(process.argv.slice(2)).then(
  (measured) => console.log(JSON.stringify(measured)),
  (error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
