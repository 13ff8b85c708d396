import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateModelPackageGroupCommand,
  DescribeModelPackageCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { archiveFiles } from '../../bin/cli/archive-files';
import { packageRequest } from '../../lambda/register-artifact/package-request';
import { LocalCloud } from '../../local/local-cloud';
import { repositoryFile } from '../repository-file';

jest.setTimeout(1_800_000);

const run = promisify(execFile);
const CUSTOMERS = repositoryFile('examples', 'minimal', 'data', 'customers.csv');
const BUCKET = 'models-of-churn';
const IMAGE = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3';

/**
 * Runs the examples by the real orchestrators, beside what a pipeline publishes: its registration function
 * takes their packages, as test/lifecycle/model-package-stories.in-depth.test.ts shows of a deployed one.
 */
(process.env.IN_DEPTH_TRAINERS === '1' ? describe : describe.skip)('an example of a trainer', () => {
  let cloud: LocalCloud;
  let folder: string;

  beforeEach(async () => {
    cloud = new LocalCloud();
    folder = mkdtempSync(join(tmpdir(), 'trainers-'));
    await cloud.start();
    await new S3Client(cloud.clientConfig).send(new CreateBucketCommand({ Bucket: BUCKET }));
    await new SageMakerClient(cloud.clientConfig).send(
      new CreateModelPackageGroupCommand({ ModelPackageGroupName: 'churn' }),
    );
    const parts = { bucket: BUCKET, modelPackageGroup: 'churn', servingImage: IMAGE };
    await new SSMClient(cloud.clientConfig).send(
      new PutParameterCommand({
        Name: '/model-pipeline/churn/resources',
        Type: 'String',
        Value: JSON.stringify(parts),
      }),
    );
  });
  afterEach(async () => {
    await cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What leads a program to the cloud, with its own files below the folder. */
  const environment = () => ({
    ...process.env,
    ...cloud.environment(),
    AIRFLOW_HOME: join(folder, 'airflow'),
    AIRFLOW__CORE__DAGS_FOLDER: repositoryFile('examples', 'airflow-trainer', 'dags'),
    AIRFLOW__CORE__LOAD_EXAMPLES: 'False',
    PREFECT_HOME: join(folder, 'prefect'),
    // On a machine that is busy.
    PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS: '600',
    PREFECT_SERVER_ANALYTICS_ENABLED: 'false',
    // Nothing is left beside the examples.
    PYTHONDONTWRITEBYTECODE: '1',
  });

  /** Installs a package of PyPI into an environment of its own; returns the folder of its programs. */
  async function install(requirement: string): Promise<string> {
    const programs = join(folder, 'venv', 'bin');
    await run('python3', ['-m', 'venv', join(folder, 'venv')]);
    const packages = ['boto3==1.44.8', requirement];
    await run(join(programs, 'pip'), ['install', '--quiet', '--no-input', ...packages]);
    return programs;
  }

  async function objectOf(uri = ''): Promise<Buffer> {
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
    const { Body } = await new S3Client(cloud.clientConfig).send(new GetObjectCommand({ Bucket, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  /**
   * That the registry has a package from which the pipeline can make a version, and that it has a model in
   * it.
   */
  async function expectPackage(generatedBy: RegExp): Promise<void> {
    const found = await new SageMakerClient(cloud.clientConfig).send(
      new DescribeModelPackageCommand({
        ModelPackageName: `arn:aws:sagemaker:${cloud.region}:${cloud.account}:model-package/churn/1`,
      }),
    );
    expect(found.ModelApprovalStatus).toBe('PendingManualApproval');
    const request = packageRequest(found, {
      image: IMAGE,
      servingEnvironment: {},
      onModelPackage: 'release',
    });
    expect(request).toMatchObject({ label: 'churned', origin: expect.stringMatching(generatedBy) });
    expect(request.metrics?.accuracy).toBeGreaterThan(0.7);
    const files = await archiveFiles(await objectOf(request.artifact));
    expect([...files.keys()].sort()).toEqual(['code/inference.py', 'model.json']);
    const [header, ...rows] = (await objectOf(request.holdout)).toString().trim().split('\n');
    expect(header).toBe('churned,tenure_months,monthly_price,support_calls,late_payments');
    expect(rows).toHaveLength(400);
  }

  test('puts what a Prefect flow trains into the registry', async () => {
    const programs = await install('prefect==3.9.1');
    const flow = repositoryFile('examples', 'prefect-trainer', 'train_churn.py');
    const { stdout } = await run(join(programs, 'python'), [flow, CUSTOMERS], {
      env: environment(),
      cwd: folder,
    });
    expect(stdout).toContain('model-package/churn/1');
    await expectPackage(/^prefect train_churn [a-z-]+$/);
  });

  test('puts what an Airflow DAG trains into the registry', async () => {
    const programs = await install('apache-airflow==3.3.2');
    const env = { ...environment(), DATA: CUSTOMERS };
    await run(join(programs, 'airflow'), ['db', 'migrate'], { env, cwd: folder, maxBuffer: 1 << 26 });
    const dag = repositoryFile('examples', 'airflow-trainer', 'dags', 'train_churn.py');
    const { stdout } = await run(join(programs, 'python'), [dag], { env, cwd: folder, maxBuffer: 1 << 26 });
    expect(stdout).toContain('the run ended as success');
    await expectPackage(/^airflow train_churn manual__/);
  });
});
