import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobRunState } from '@aws-sdk/client-emr-serverless';
import { ensureSpark, startSparkJob } from '../../containers/spark';
import { rolePrincipal } from '../../gateway/principal';
import type { Cloud } from '../../gateway/service';
import { containerExit } from '../sagemaker/jobs/container-exit';
import { RunningJobs } from '../sagemaker/jobs/running-jobs';
import { parseS3Uri } from '../sagemaker/role-storage';
import type { Store, StoredJobRun } from './store';

/**
 * Of the log, which EMR Serverless keeps in a storage of its own by default, a failure has the last lines.
 */
const LAST_LINES = 20;

/** Runs the scripts of job runs by the PySpark of this machine, with the rights of their roles. */
export class JobRunner {
  private readonly running: RunningJobs;

  constructor(
    private readonly cloud: Cloud,
    private readonly store: Store,
  ) {
    this.running = new RunningJobs(cloud);
  }

  start(run: StoredJobRun): void {
    const id = run.jobRunId as string;
    this.running.start(id, (signal) => this.run(id, run, signal));
  }

  cancel(id: string): void {
    this.running.end(id, 'CANCELLED');
  }

  stop(): Promise<void> {
    return this.running.stop();
  }

  private async run(id: string, run: StoredJobRun, signal: AbortSignal): Promise<void> {
    const minutes = run.executionTimeoutMinutes ?? 0;
    // 0 is no limit: `executionTimeoutMinutes` of StartJobRun.
    const timer = minutes > 0 ? this.cloud.clock.after(minutes * 60_000, () => this.cancel(id)) : undefined;
    const problem = await this.work(run, signal).catch((error: Error) => error.message);
    timer?.cancel();
    if (this.running.isStopping) return;
    if (signal.aborted) this.end(id, 'CANCELLED', 'Job run was cancelled');
    else if (problem === undefined) this.end(id, 'SUCCESS', '');
    else this.end(id, 'FAILED', problem);
  }

  private end(id: string, state: JobRunState, stateDetails: string): void {
    this.store.change(id, { state, stateDetails, endedAt: this.cloud.clock.date() });
  }

  /** @returns why the job has failed */
  private async work(run: StoredJobRun, signal: AbortSignal): Promise<string | undefined> {
    const { jobRunId, executionRole } = run;
    const { entryPoint, entryPointArguments = [], sparkSubmitParameters = '' } = run.jobDriver.sparkSubmit;
    const principal = rolePrincipal(executionRole as string, 'EmrServerless');
    const lines: string[] = [];
    const root = join(this.cloud.directory, 'emr-serverless', randomUUID());
    const script = join(root, 'script.py');
    try {
      const python = await ensureSpark((line) => this.cloud.log(line));
      const { bucket, key } = parseS3Uri(entryPoint);
      const { Body } = await this.cloud.call<{ Body: Uint8Array }>(
        's3',
        'GetObject',
        { Bucket: bucket, Key: key },
        principal,
      );
      await mkdir(root, { recursive: true });
      await writeFile(script, Body);
      if (signal.aborted) return undefined;
      this.store.change(jobRunId as string, { state: 'RUNNING', startedAt: this.cloud.clock.date() });
      const job = startSparkJob(python, {
        root,
        script,
        arguments: entryPointArguments,
        parameters: sparkSubmitParameters,
        environment: await this.environment(executionRole as string),
        onLog: (line) => {
          lines.push(line);
          if (lines.length > LAST_LINES) lines.shift();
        },
      });
      const { code } = await containerExit(job, signal);
      return code === 0 ? undefined : `Job failed. ExitCode: ${code}. Last lines: ${lines.join(' | ')}`;
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  }

  private async environment(roleArn: string): Promise<Record<string, string>> {
    const credentials = await this.cloud.credentialsFor(roleArn, 'EmrServerless');
    return {
      AWS_ENDPOINT_URL: this.cloud.url,
      AWS_REGION: this.cloud.region,
      AWS_DEFAULT_REGION: this.cloud.region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
    };
  }
}
