import { DescribeExecutionCommand, type DescribeExecutionOutput } from '@aws-sdk/client-sfn';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { LedgerStore } from '../../lambda/aws/ledger-store';
import { ArtifactStore } from '../../lambda/aws/store';
import { type Approval, approvalSchema } from '../../lambda/domain/records/approval';
import { RETRAININGS, retrainingQueueKey } from '../../lambda/domain/records/bucket-layout';
import { parseDocument } from '../../lambda/domain/records/document';
import { EMPTY_QUEUE, parseQueue, type RetrainingQueue } from '../../lambda/domain/records/retraining-queue';
import { parseRouting, type RoutingDocument } from '../../lambda/domain/release/routing';
import type { Aws } from './aws';
import { BucketReader } from './bucket-reader';
import { CliError } from './cli-error';
import { parametersBelow } from './parameters-below';

export const resourcesSchema = z.object({
  /** In the tags of everything that the pipeline made. */
  ownerId: z.string(),
  bucket: z.string(),
  /** Left out where a function serves alone. */
  endpoint: z.optional(z.string()),
  modelPackageGroup: z.string(),
  routingParameter: z.string(),
  /** Left out, with all that retrains, where models are trained elsewhere. */
  retrainingStateMachine: z.optional(z.string()),
  /** Stacks of packages before 0.2 have none. */
  registrationStateMachine: z.optional(z.string()),
  releaseStateMachine: z.string(),
  restoreStateMachine: z.string(),
  approvalFunction: z.optional(z.string()),
  challengerApprovalFunction: z.optional(z.string()),
  rollbackFunction: z.string(),
  repairFunction: z.string(),
  /** Stacks of packages before 0.2 have none. */
  registrationFunction: z.optional(z.string()),
  trainingRole: z.optional(z.string()),
  scoringRole: z.optional(z.string()),
  triggerFunction: z.optional(z.string()),
  serverlessFunction: z.optional(z.string()),
  driftAlarm: z.string(),
  qualityAlarm: z.string(),
  latencyAlarm: z.string(),
  errorAlarm: z.string(),
  /** Stacks of packages before 0.2 have neither. */
  captureAlarm: z.optional(z.string()),
  labelAlarm: z.optional(z.string()),
  conceptDriftAlarm: z.optional(z.string()),
  fairnessAlarm: z.optional(z.string()),
  sinkAlarms: z.optional(z.array(z.string())),
  /** Only where a function records requests. */
  recordingAlarm: z.optional(z.string()),
  /** Only of a serverless endpoint. */
  concurrencyAlarm: z.optional(z.string()),
  /** Only of an asynchronous endpoint. */
  backlogAlarm: z.optional(z.string()),
  requestAgeAlarm: z.optional(z.string()),
  /** Stacks of packages before 0.2 have none. */
  instances: z.optional(
    z.array(
      z.object({
        use: z.enum(['endpoint', 'training job', 'spot training job', 'transform job']),
        type: z.string(),
        count: z.number(),
      }),
    ),
  ),
  retrainingLimits: z.optional(
    z.object({ cooldownMinutes: z.number(), maximumPerWeek: z.optional(z.number()) }),
  ),
  dashboard: z.string(),
  topic: z.string(),
});

/** Names of a pipeline's parts, as its stack publishes them. */
export type PipelineResources = z.infer<typeof resourcesSchema>;

/** A deployed pipeline, as an operator sees it. */
export class Pipeline {
  private constructor(
    readonly name: string,
    readonly resources: PipelineResources,
    private readonly aws: Aws,
  ) {}

  /** Names of the pipelines in this account and region. */
  static async list(aws: Aws): Promise<string[]> {
    const parameters = await parametersBelow(aws, '/model-pipeline');
    return [...parameters.keys()].flatMap((key) => /^([^/]+)\/resources$/.exec(key)?.[1] ?? []).sort();
  }

  /**
   * @param name may be left out where there is only one
   * @throws CliError if there is none, or several to choose from
   */
  static async find(aws: Aws, name?: string): Promise<Pipeline> {
    const names = await Pipeline.list(aws);
    if (names.length === 0) {
      throw new CliError(
        'no model pipeline exists in this account and region; deploy one with "npx cdk deploy"',
      );
    }
    const found = name ?? (names.length === 1 ? names[0] : undefined);
    if (!found || !names.includes(found)) {
      const problem = name ? `pipeline ${name} does not exist` : 'there are several pipelines';
      throw new CliError(`${problem}; choose one with --pipeline: ${names.join(', ')}`);
    }
    return new Pipeline(found, await resourcesOf(aws, found), aws);
  }

  /** What is live now. */
  async routing(): Promise<RoutingDocument> {
    const { Parameter } = await this.aws.ssm.send(
      new GetParameterCommand({ Name: this.resources.routingParameter }),
    );
    return parseRouting(Parameter?.Value ?? '');
  }

  /** The record of releases, refusals and failures. */
  ledger(): LedgerStore {
    return new LedgerStore(new ArtifactStore(this.aws.s3, this.resources.bucket), {
      read: () => this.routing(),
    });
  }

  /** A question for a person, and its answer; undefined if nobody was asked. */
  async approval(key: string): Promise<Approval | undefined> {
    const text = await this.tryRead(key);
    return text === undefined ? undefined : parseDocument(approvalSchema, text, 'approval');
  }

  /** What has asked for retrainings, and what was started. */
  async retrainingQueue(): Promise<RetrainingQueue> {
    const text = await this.tryRead(retrainingQueueKey(RETRAININGS));
    return text === undefined ? EMPTY_QUEUE : parseQueue(text);
  }

  /** The pipeline's bucket. */
  get objects(): BucketReader {
    return new BucketReader(this.aws, this.resources.bucket);
  }

  /** Undefined if there is no such object. */
  private async tryRead(key: string): Promise<string | undefined> {
    try {
      return await this.objects.read(key);
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return undefined;
      throw error;
    }
  }

  execution(executionArn: string): Promise<DescribeExecutionOutput> {
    return this.aws.sfn.send(new DescribeExecutionCommand({ executionArn }));
  }
}

async function resourcesOf(aws: Aws, pipeline: string): Promise<PipelineResources> {
  const Name = `/model-pipeline/${pipeline}/resources`;
  const { Parameter } = await aws.ssm.send(new GetParameterCommand({ Name }));
  try {
    return parseDocument(resourcesSchema, Parameter?.Value ?? '', `the parameter ${Name}`);
  } catch (error) {
    throw new CliError(
      `${(error as Error).message}; its stack was deployed with another version of cdk-model-pipeline: deploy it with this one, or use the CLI of that one`,
    );
  }
}
