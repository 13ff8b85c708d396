import { DescribeExecutionCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import * as z from 'zod/mini';
import type { BatchManifest } from '../../contracts/batch';
import { ArtifactStore } from '../../lambda/aws/store';
import { batchManifest, batchPlan } from '../../lambda/domain/batch/batch-documents';
import { batchRunInput, runNameOf } from '../../lambda/domain/batch/batch-run-request';
import { batchResultsPrefix, batchRunKey } from '../../lambda/domain/records/bucket-layout';
import { parseDocument } from '../../lambda/domain/records/document';
import type { Aws } from '../cli/aws';
import { CliError } from '../cli/cli-error';
import type { Pipeline } from '../cli/pipeline';
import { publishedParts } from '../cli/published-parts';

const resourcesSchema = z.object({ stateMachine: z.string(), planFunction: z.string() });

/** An execution of the workflow. */
interface RunExecution {
  readonly run: string;
  /** `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT` or `ABORTED`. */
  readonly status: string;
  readonly started: string;
}

/** How far a run is, with its newest execution. */
export interface BatchRun extends RunExecution {
  /** Null until it is planned. */
  readonly modelVersion: string | null;
  readonly parts: number;
  readonly scoredParts: number;
  readonly rows: number;
  /** Undefined until it has ended. */
  readonly manifest?: BatchManifest;
}

/** A batch of a pipeline, as an operator sees it. */
export class Batch {
  private constructor(
    readonly name: string,
    readonly resources: z.infer<typeof resourcesSchema>,
    private readonly aws: Aws,
    private readonly store: ArtifactStore,
  ) {}

  /**
   * @param name may be left out where there is only one
   * @throws CliError if the pipeline has no such batch, or several to choose from
   */
  static async find(aws: Aws, pipeline: Pipeline, name?: string): Promise<Batch> {
    const published = await publishedParts(aws, pipeline.name, 'batch');
    if (published.size === 0) {
      throw new CliError(
        `the pipeline ${pipeline.name} has no batch: add one with addBatchInference(), and deploy`,
      );
    }
    const [only] = published.size === 1 ? published.keys() : [];
    const found = name ?? only;
    const text = found === undefined ? undefined : published.get(found);
    if (found === undefined || text === undefined) {
      const problem = name ? `batch ${name} does not exist` : 'there are several batches';
      throw new CliError(`${problem}; name one of them: ${[...published.keys()].join(', ')}`);
    }
    const resources = parseDocument(resourcesSchema, text, `parts of the batch ${found}`);
    return new Batch(found, resources, aws, new ArtifactStore(aws.s3, pipeline.resources.bucket));
  }

  /** The newest runs, newest first, each with its newest execution. */
  async runs(most: number): Promise<BatchRun[]> {
    const { executions = [] } = await this.aws.sfn.send(
      new ListExecutionsCommand({ stateMachineArn: this.resources.stateMachine, maxResults: 5 * most }),
    );
    const runs = new Map<string, BatchRun>();
    for (const { executionArn = '' } of executions) {
      if (runs.size === most) break;
      const execution = await this.executionOf(executionArn);
      if (execution && !runs.has(execution.run)) runs.set(execution.run, await this.progressOf(execution));
    }
    return [...runs.values()];
  }

  /** Undefined if the execution is of no run, for its input is wrong. */
  async runOf(executionArn: string): Promise<BatchRun | undefined> {
    const execution = await this.executionOf(executionArn);
    return execution && this.progressOf(execution);
  }

  private async executionOf(executionArn: string): Promise<RunExecution | undefined> {
    const {
      input = '{}',
      name = '',
      status = '',
      startDate,
    } = await this.aws.sfn.send(new DescribeExecutionCommand({ executionArn }));
    const parsed = batchRunInput.safeParse(JSON.parse(input));
    if (!parsed.success) return undefined;
    return { run: runNameOf(parsed.data, name), status, started: startDate?.toISOString() ?? '' };
  }

  private async progressOf(execution: RunExecution): Promise<BatchRun> {
    const { run } = execution;
    const [plan, manifest] = await Promise.all([
      this.store.tryReadJson(batchRunKey(this.name, run, 'plan.json'), batchPlan),
      this.store.tryReadJson(batchRunKey(this.name, run, 'manifest.json'), batchManifest),
    ]);
    return {
      ...execution,
      modelVersion: plan?.modelVersion ?? null,
      parts: plan?.parts ?? 0,
      scoredParts: manifest?.parts.length ?? (plan ? await this.scoredParts(run) : 0),
      rows: plan?.rows ?? 0,
      ...(manifest && { manifest }),
    };
  }

  private async scoredParts(run: string): Promise<number> {
    let count = 0;
    for await (const _ of this.store.list(batchResultsPrefix(this.name, run))) count++;
    return count;
  }
}
