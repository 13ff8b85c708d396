import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTrainingJobCommand } from '@aws-sdk/client-sagemaker';
import { LocalCloud } from '../../../local/local-cloud';
import { archive, BUCKET, IMAGE, ROLE, SageMakerFixture, variant } from './sagemaker-fixture';
import { START } from './service-fixture';

class PersistentFixture extends SageMakerFixture {
  override readonly cloud: LocalCloud;

  constructor(dataFolder: string) {
    super();
    this.cloud = new LocalCloud({ dataFolder, clock: { rate: 0, start: START } });
  }

  /** Starts with what the folder holds. */
  async startAgain(): Promise<void> {
    await this.cloud.start();
    this.connect();
  }
}

/** Processes whose command line names the folder. */
function processesOf(folder: string): string[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,args=']).toString().split('\n');
  return lines.filter((line) => line.includes(folder) && line.includes('sagemaker_toolkit'));
}

describe('a local cloud that is started again', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'restart-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('serves its endpoints again, has failed its jobs, and left no process behind', async () => {
    // GIVEN an endpoint and a job that trains
    const before = new PersistentFixture(folder);
    await before.start();
    await before.model('one', 100);
    await before.endpoint('flights', [variant('blue', 'one')]);
    await before.put('data/rows.csv', '1\n');
    await before.put('code.tar.gz', archive({ 'train.py': 'import time\nwhile True: time.sleep(3600)' }));
    await before.sagemaker.send(
      new CreateTrainingJobCommand({
        TrainingJobName: 'job',
        RoleArn: ROLE,
        AlgorithmSpecification: { TrainingImage: IMAGE, TrainingInputMode: 'File' },
        HyperParameters: {
          sagemaker_program: 'train.py',
          sagemaker_submit_directory: `s3://${BUCKET}/code.tar.gz`,
        },
        OutputDataConfig: { S3OutputPath: `s3://${BUCKET}/out` },
        ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 30 },
        StoppingCondition: { MaxRuntimeInSeconds: 3600 },
      }),
    );
    while (processesOf(folder).length < 2) await before.describe('flights');
    // WHEN the cloud ends
    await before.cloud.stop();
    // THEN its processes have ended
    expect(processesOf(folder)).toEqual([]);

    // WHEN it starts again
    const after = new PersistentFixture(folder);
    await after.startAgain();
    try {
      // THEN the endpoint answers, and the job is lost
      expect((await after.invoke('flights', '1')).text).toBe('101\n');
      // Inside the cloud: in Jest, dates of a state file are no instances of its `Date`, and cannot be
      // serialised.
      const describe = (what: string, input: object) =>
        after.cloud.call('sagemaker', `Describe${what}`, input, after.cloud.administrator);
      expect(await describe('Endpoint', { EndpointName: 'flights' })).toMatchObject({
        EndpointStatus: 'InService',
      });
      expect(await describe('TrainingJob', { TrainingJobName: 'job' })).toMatchObject({
        TrainingJobStatus: 'Failed',
        SecondaryStatus: 'Failed',
        FailureReason: expect.stringMatching(/^InternalServerError: /),
      });
    } finally {
      await after.cloud.stop();
    }
  }, 300_000);
});
