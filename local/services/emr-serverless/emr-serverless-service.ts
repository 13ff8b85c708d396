import * as sdk from '@aws-sdk/client-emr-serverless';
import { findJava, unknownParameter } from '../../containers/spark';
import { AwsError, NotImplementedError } from '../../gateway/aws-error';
import { servicePrincipal } from '../../gateway/principal';
import type { Cloud, Operations, Permission, ResourceProvider, Service } from '../../gateway/service';
import { implementedInputs } from './inputs';
import { JobRunner } from './job-runner';
import { applicationResource } from './resources';
import { hasEnded, type SparkSubmitted, Store, type StoredJobRun } from './store';

const SERVICE = 'emr-serverless.amazonaws.com';

/** EMR Serverless: applications of Spark, whose jobs PySpark runs on this machine. */
export class EmrServerlessService implements Service {
  readonly name = 'emr-serverless';
  readonly sdk = sdk;
  readonly implementedInputs = implementedInputs;
  readonly resources: Readonly<Record<string, ResourceProvider>> = {
    'AWS::EMRServerless::Application': applicationResource,
  };
  private readonly store: Store;
  private readonly runner: JobRunner;

  constructor(private readonly cloud: Cloud) {
    this.store = new Store(cloud);
    this.runner = new JobRunner(cloud, this.store);
  }

  readonly operations: Operations<typeof sdk> = {
    CreateApplication: (input) => {
      const { name, releaseLabel = '', type = '', tags } = input;
      if (type.toLowerCase() !== 'spark') throw new NotImplementedError(`applications of the type ${type}`);
      if (!releaseLabel.startsWith('emr-7.'))
        throw new NotImplementedError(`the release ${releaseLabel}: only those of EMR 7, with Spark 3.5`);
      const applicationId = this.cloud.id(16);
      const arn = this.cloud.arn('emr-serverless', `/applications/${applicationId}`);
      const now = this.cloud.clock.date();
      this.store.applications.set(applicationId, {
        applicationId,
        name,
        arn,
        releaseLabel,
        type: 'Spark',
        state: 'CREATED',
        createdAt: now,
        updatedAt: now,
        tags: tags ?? {},
      });
      return { applicationId, name, arn };
    },

    GetApplication: ({ applicationId }) => ({ application: this.store.application(applicationId) }),

    StopApplication: ({ applicationId }) => {
      const application = this.store.application(applicationId);
      if (this.store.running(applicationId).length > 0)
        throw new AwsError(
          'ValidationException',
          `Application ${applicationId} has job runs that have not ended`,
        );
      if (application.state === 'STARTED') this.change(application, 'STOPPED');
      return {};
    },

    DeleteApplication: ({ applicationId }) => {
      const { state } = this.store.application(applicationId);
      if (state === 'STARTED')
        throw new AwsError('ValidationException', `Application ${applicationId} is ${state}: stop it first`);
      this.store.applications.delete(applicationId as string);
      return {};
    },

    StartJobRun: async (input, { principal }) => {
      const application = this.store.application(input.applicationId);
      const applicationId = application.applicationId as string;
      const sparkSubmit = input.jobDriver?.sparkSubmit as SparkSubmitted | undefined;
      if (!sparkSubmit) throw new NotImplementedError('jobs without sparkSubmit');
      const clientToken = input.clientToken as string;
      const known = this.store.startedBy(applicationId, clientToken);
      if (known) return startedRun(known);
      await this.check(sparkSubmit, input.executionRoleArn as string);
      const jobRunId = this.cloud.id(16);
      const now = this.cloud.clock.date();
      const run: StoredJobRun = {
        applicationId,
        jobRunId,
        name: input.name,
        arn: `${application.arn}/jobruns/${jobRunId}`,
        createdBy: principal.arn,
        createdAt: now,
        updatedAt: now,
        executionRole: input.executionRoleArn as string,
        state: 'SUBMITTED',
        stateDetails: '',
        releaseLabel: application.releaseLabel,
        jobDriver: { sparkSubmit },
        tags: input.tags ?? {},
        executionTimeoutMinutes: input.executionTimeoutMinutes,
        mode: 'BATCH',
        clientToken,
      };
      this.store.put(run);
      // Applications start when a job is submitted: `autoStartConfiguration`, on by default.
      this.change(application, 'STARTED');
      this.runner.start(run);
      return startedRun(run);
    },

    GetJobRun: ({ applicationId, jobRunId }) => {
      const { clientToken: _, jobDriver, ...run } = this.store.jobRun(applicationId, jobRunId);
      return { jobRun: { ...run, jobDriver: jobDriver as sdk.JobDriver } };
    },

    CancelJobRun: ({ applicationId, jobRunId }) => {
      const run = this.store.jobRun(applicationId, jobRunId);
      if (hasEnded(run))
        throw new AwsError('ValidationException', `Job run ${jobRunId} is in the state ${run.state}`);
      this.store.change(jobRunId as string, { state: 'CANCELLING' });
      this.runner.cancel(jobRunId as string);
      return { applicationId: applicationId as string, jobRunId: jobRunId as string };
    },
  };

  /** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonemrserverless.html */
  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    const { applicationId, jobRunId, executionRoleArn, tags } = input as Record<string, string | undefined>;
    const action = `emr-serverless:${operation}`;
    const arn = (resource: string) => this.cloud.arn('emr-serverless', resource);
    if (operation === 'CreateApplication') return [{ action, resource: arn('/') }];
    const application = arn(`/applications/${applicationId}`);
    const resource = jobRunId === undefined ? application : `${application}/jobruns/${jobRunId}`;
    const context = { 'iam:PassedToService': SERVICE };
    return [
      { action, resource },
      ...(executionRoleArn ? [{ action: 'iam:PassRole', resource: executionRoleArn, context }] : []),
      ...(tags ? [{ action: 'emr-serverless:TagResource', resource }] : []),
    ];
  }

  /** Job runs that were restored from a data folder have lost their process. */
  async start(): Promise<void> {
    for (const { jobRunId } of this.store.running()) {
      const news = { state: 'FAILED', stateDetails: 'The local cloud ended while the job ran' } as const;
      this.store.change(jobRunId as string, { ...news, endedAt: this.cloud.clock.date() });
    }
  }

  async stop(): Promise<void> {
    await this.runner.stop();
  }

  private change(application: sdk.Application, state: sdk.ApplicationState): void {
    const updatedAt = this.cloud.clock.date();
    this.store.applications.set(application.applicationId as string, { ...application, state, updatedAt });
  }

  /** @throws AwsError ValidationException, or NotImplementedError for what this machine cannot do */
  private async check(submitted: SparkSubmitted, roleArn: string): Promise<void> {
    const parameter = unknownParameter(submitted.sparkSubmitParameters ?? '');
    if (parameter !== undefined)
      throw new NotImplementedError(`${parameter} of sparkSubmitParameters, which may be --conf name=value`);
    if (!(await findJava()))
      throw new NotImplementedError('Spark jobs without Java 8, 11 or 17 on the PATH: install one');
    const request = { RoleArn: roleArn, RoleSessionName: 'EmrServerless' };
    await this.cloud
      .call('sts', 'AssumeRole', request, servicePrincipal(SERVICE, this.cloud.account))
      .catch(() => {
        throw new AwsError(
          'ValidationException',
          `Execution role ${roleArn} does not exist, or ${SERVICE} may not assume it`,
        );
      });
  }
}

function startedRun({ applicationId, jobRunId, arn }: StoredJobRun) {
  return { applicationId, jobRunId, arn };
}
