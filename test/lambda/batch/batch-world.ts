import type { BatchEngineKind, BatchManifest, BatchPart } from '../../../contracts/batch';
import type {
  BatchRunInput,
  FinishedBatch,
  PlannedBatch,
  PreparedPart,
  ScoredPart,
} from '../../../contracts/functions/batch';
import type { ModelSignature } from '../../../contracts/model-signature';
import type { ArtifactStore } from '../../../lambda/aws/store';
import { scorePart } from '../../../lambda/batch/score-part';
import { publishedDetail } from '../../../lambda/domain/records/events';
import { finishBatch } from '../../../lambda/finish-batch/finish-batch';
import { InvalidAnswerError } from '../../../lambda/inference/model-answer';
import type { OnnxModel } from '../../../lambda/inference/onnx-model';
import { InvalidRowsError } from '../../../lambda/inference/rows';
import { sparkPredictor } from '../../../lambda/join-batch/spark-predictor';
import { transformPredictor } from '../../../lambda/join-batch/transform-predictor';
import { planBatch } from '../../../lambda/plan-batch/plan-batch';
import { preparePart } from '../../../lambda/prepare-batch/prepare-part';
import { onnxPredictor } from '../../../lambda/score-batch/onnx-predictor';
import { MemoryBucket } from './memory-bucket';

export const SIGNATURE: ModelSignature = {
  version: 1,
  inputs: [
    { name: 'age', type: 'number', optional: false },
    { name: 'plan', type: 'category', optional: false, categories: ['free', 'paid'] },
  ],
  outputs: [{ name: 'churn', type: 'probability' }],
};

/**
 * Answers `age` divided by 100 or, to a plan that is paid, by 1,000; refuses plans that it has not learned.
 */
export const CHURN: OnnxModel = {
  async predict(rows) {
    const cells = rows.map((row) => row as readonly (string | number | null)[]);
    cells.forEach(([, plan], index) => {
      if (plan !== 'free' && plan !== 'paid')
        throw new InvalidRowsError(`row ${index + 1}, column 'plan' is ${JSON.stringify(plan)}`);
    });
    cells.forEach(([age], index) => {
      if (Number(age) < 0) throw new InvalidAnswerError(`the model answers row ${index + 1} with NaN`, index);
    });
    const predictions = cells.map(([age, plan]) => Number(age) / (plan === 'paid' ? 1000 : 100));
    return { answer: { predictions }, cells };
  },
};

/** What the functions of a batch have around them. */
export class BatchWorld {
  readonly own = new MemoryBucket('pipeline');
  readonly input = new MemoryBucket('customers');
  champion: string | undefined = '1.0.0';
  pipelineName = 'churn';
  now = new Date('2026-11-30T02:00:00Z');
  partBytes = 64;
  private milliseconds = 0;
  engine: BatchEngineKind = 'lambda';
  columns: readonly string[] = ['customer'];
  format: 'csv' | 'jsonl' | 'parquet' = 'csv';
  compression: 'gzip' | undefined;
  readonly events: object[] = [];
  readonly published: Readonly<Record<string, number>>[] = [];

  constructor() {
    this.register('1.0.0');
  }

  register(modelVersion: string, signature: ModelSignature = SIGNATURE): void {
    this.own.put(`models/${modelVersion}/model-signature.json`, JSON.stringify(signature));
  }

  plan(run: string | BatchRunInput = 'night', dryRun = false): Promise<PlannedBatch> {
    const { champion } = this;
    const routing = { version: 1 as const, endpointName: 'churn' };
    return planBatch(
      { input: typeof run === 'string' ? { run } : run, execution: 'first', dryRun },
      {
        pipelineName: this.pipelineName,
        batchName: 'nightly',
        routingParameter: '/routing',
        input: { bucket: 'customers', prefix: 'in/' },
        output: { format: this.format, columns: this.columns, compression: this.compression },
        partBytes: this.partBytes,
        engine: this.engine,
        containerOf: async (modelName) => ({
          Image: 'image',
          ModelDataUrl: `s3://pipeline/models/${modelName.slice(6)}/model.tar.gz`,
          Environment: {},
          isIsolated: false,
        }),
        store: this.own,
        inputStore: this.input,
        routing: {
          read: async () => ({
            ...routing,
            ...(champion !== undefined && {
              production: {
                modelVersion: champion,
                variant: 'blue' as const,
                modelName: `churn-${champion}`,
                modelPackageArn: 'arn',
                since: '2026-11-01T00:00:00Z',
                ledgerSequence: 1,
              },
            }),
          }),
        },
        now: () => this.now,
      },
    );
  }

  parts({ partsKey }: PlannedBatch): BatchPart[] {
    return JSON.parse(this.own.text(partsKey)) as BatchPart[];
  }

  score(part: BatchPart): Promise<ScoredPart> {
    return scorePart(part, {
      ...this.partProps,
      predictorOf: onnxPredictor({ keep: () => {}, get: async () => CHURN }),
    });
  }

  prepare(part: BatchPart): Promise<PreparedPart> {
    return preparePart(part, this.partProps);
  }

  /** Rows of a part as the container gets them. */
  prepared(part: number): string {
    return this.own.text(`batch/nightly/night/prepared/part-${String(part).padStart(5, '0')}.csv`);
  }

  /** Answers as the container writes them. */
  answer(part: number, lines: readonly string[]): void {
    this.own.put(
      `batch/nightly/night/scores/part-${String(part).padStart(5, '0')}.csv.out`,
      lines.map((line) => `${line}\n`).join(''),
    );
  }

  /** Answers each row that was prepared, if any was. */
  answerAll(part: number): void {
    const [key] = this.own.keys(`batch/nightly/night/prepared/part-${String(part).padStart(5, '0')}.csv`);
    if (key !== undefined)
      this.answer(
        part,
        this.linesOf(key).map((_, index) => String(index)),
      );
  }

  join(part: BatchPart): Promise<ScoredPart> {
    const predictorOf = this.engine === 'spark' ? sparkPredictor : transformPredictor;
    return scorePart(part, {
      ...this.partProps,
      predictorOf: predictorOf(this.own as unknown as ArtifactStore, 'nightly'),
    });
  }

  private get partProps() {
    return {
      batchName: 'nightly',
      store: this.own,
      inputOf: () => this.input,
      stopwatch: () => (this.milliseconds += 250),
      memoryMebibytes: 2048,
    };
  }

  finish(run = 'night'): Promise<FinishedBatch> {
    return finishBatch(run, {
      batchName: 'nightly',
      store: this.own,
      metrics: {
        publish: async (values) => {
          this.published.push(values);
        },
      },
      events: {
        tryPublish: async (event) => {
          this.events.push(publishedDetail(event, 'churn'));
        },
      },
      now: () => this.now,
    });
  }

  /** All steps of a run. */
  async run(run = 'night'): Promise<BatchManifest> {
    const planned = await this.plan(run);
    for (const part of this.parts(planned)) await this.score(part);
    const { manifestKey } = await this.finish(run);
    return this.manifest(manifestKey);
  }

  manifest(key = 'batch/nightly/night/manifest.json'): BatchManifest {
    return JSON.parse(this.own.text(key)) as BatchManifest;
  }

  /** Lines of all files of the output, without headers. */
  outputLines({ parts, format }: BatchManifest): string[] {
    return parts.flatMap(({ key }) => this.linesOf(key).slice(format === 'csv' ? 1 : 0));
  }

  /** Rows without a prediction. */
  errors({ parts }: BatchManifest): FailedRow[] {
    return parts.flatMap(({ errors }) =>
      errors ? this.linesOf(errors.key).map((line) => JSON.parse(line) as FailedRow) : [],
    );
  }

  private linesOf(key: string): string[] {
    return this.own.text(key).split('\n').slice(0, -1);
  }
}

export interface FailedRow {
  readonly rowId: string;
  readonly reason: string;
  readonly row: string;
  readonly modelVersion: string;
}
