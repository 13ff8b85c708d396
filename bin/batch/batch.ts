import { DescribeExecutionCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { GetParametersByPathCommand } from '@aws-sdk/client-ssm';
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

const resourcesSchema = z.object({ stateMachine: z.string(), planFunction: z.string() });

/** How far a run is. */
export interface BatchRun {
  readonly run: string;
  /** Of its newest execution: `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT` or `ABORTED`. */
  readonly status: string;
  readonly started: string;
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
   * @throws CliError if there is none, or several to choose from
   */
  static async find(aws: Aws, pipeline: Pipeline, name?: string): Promise<Batch> {
    const published = await publishedBatches(aws, pipeline.name);
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
      const run = await this.runOf(executionArn);
      if (run && !runs.has(run.run)) runs.set(run.run, run);
    }
    return [...runs.values()];
  }

  /** Undefined if the execution is of no run, for its input is wrong. */
  async runOf(executionArn: string): Promise<BatchRun | undefined> {
    const {
      input = '{}',
      name = '',
      status = '',
      startDate,
    } = await this.aws.sfn.send(new DescribeExecutionCommand({ executionArn }));
    const parsed = batchRunInput.safeParse(JSON.parse(input));
    if (!parsed.success) return undefined;
    const run = runNameOf(parsed.data, name);
    const plan = await this.store.tryReadJson(batchRunKey(this.name, run, 'plan.json'), batchPlan);
    const manifest = await this.store.tryReadJson(
      batchRunKey(this.name, run, 'manifest.json'),
      batchManifest,
    );
    return {
      run,
      status,
      started: startDate?.toISOString() ?? '',
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

/** What the batches of a pipeline publish, by their names. */
async function publishedBatches(aws: Aws, pipeline: string): Promise<Map<string, string>> {
  const Path = `/model-pipeline/${pipeline}/batch`;
  const found = new Map<string, string>();
  let NextToken: string | undefined;
  do {
    const page = await aws.ssm.send(new GetParametersByPathCommand({ Path, NextToken }));
    for (const { Name = '', Value = '' } of page.Parameters ?? [])
      found.set(Name.slice(Path.length + 1), Value);
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}
