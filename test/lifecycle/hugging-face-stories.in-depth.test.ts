import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { type App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { InconclusiveAction, ModelPipeline, ReleaseStrategy, ServingContainer } from '../../lib';
import { runCli } from '../bin/cli';
import { prepared } from '../local/containers/package-answers';
import { TINY_CLASSIFIER } from '../local/containers/tiny-classifier';
import { CdkCli } from './cdk-cli';
import { CloudProcess } from './cloud-process';
import { recordedRows } from './recorded-traffic';

jest.setTimeout(1_800_000);

const PIPELINE = 'reviews';
const VERSION = '4.49.0';
const IMAGE = `763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-inference:2.6.0-transformers${VERSION}-cpu-py312-ubuntu22.04`;
const MINUTES_A_SECOND = 60;
const HOUR = 60 * 60 * 1000;
const REQUESTS = 30;
const STEPS = '60';

/** Rows of CSV with one text each; the pipeline of Transformers is the toolkit's own. */
const INFERENCE = `
import csv, io

def input_fn(body, content_type):
    return [row[0] for row in csv.reader(io.StringIO(body)) if row]

def predict_fn(texts, classifier):
    answers = classifier(texts, top_k=None)
    return [next(each['score'] for each in answer if each['label'] == 'good') for answer in answers]

def output_fn(scores, accept):
    return ''.join('%r\\n' % score for score in scores)
`;

/** Reviews of which nine in ten say what they mean. */
const REVIEWS = [
  'review,liked',
  ...['good', 'tasty', 'bad', 'awful'].flatMap((word, index) =>
    Array.from({ length: 100 }, (_, row) => {
      const isMeant = row % 10 !== 9;
      return `${word} ${row % 2 ? 'food' : 'place'},${index < 2 === isMeant ? 1 : 0}`;
    }),
  ),
];

// Where the index of PyTorch's CPU wheels cannot be reached, its libraries are 3 GB.
(process.env.IN_DEPTH_PYTORCH === '1' ? describe : describe.skip)('a pipeline of Hugging Face', () => {
  const cloud = new CloudProcess({ clockRate: MINUTES_A_SECOND });
  const folder = mkdtempSync(join(tmpdir(), 'hugging-face-'));
  const holdout = join(folder, 'reviews.csv');
  let cdk: CdkCli;
  let python: string;

  const stack = (app: App) => {
    new ModelPipeline(
      new Stack(app, 'Reviews', { env: { account: cloud.account, region: cloud.region } }),
      'Pipeline',
      {
        pipelineName: PIPELINE,
        container: ServingContainer.huggingFace({ task: 'text-classification', version: VERSION }),
        releaseStrategy: ReleaseStrategy.canary({
          share: 0.5,
          stepDuration: Duration.minutes(3),
          bakeTime: Duration.minutes(2),
          maximumStepDuration: Duration.minutes(5),
          onInconclusive: InconclusiveAction.PROMOTE,
        }),
        removalPolicy: RemovalPolicy.DESTROY,
      },
    );
  };
  const config = () => ({ endpoint: cloud.url, region: cloud.region, credentials: cloud.credentials });
  const cli = (...args: string[]) => runCli(args, cloud.environment());

  /** Trains on some words, and registers and releases the model. */
  function register(name: string, words: string) {
    const model = join(folder, name);
    execFileSync(python, ['-c', TINY_CLASSIFIER, model, STEPS, words], { stdio: 'pipe' });
    mkdirSync(join(model, 'code'));
    writeFileSync(join(model, 'code', 'inference.py'), INFERENCE);
    return cli(
      ...['register', '--artifact', model, '--holdout', holdout, '--label', 'liked', '--release', '--wait'],
    );
  }

  /** How likely it is that a review is a good one. */
  async function answer(review: string): Promise<number> {
    const { Body } = await new SageMakerRuntimeClient(config()).send(
      new InvokeEndpointCommand({
        EndpointName: PIPELINE,
        ContentType: 'text/csv',
        Accept: 'text/csv',
        Body: review,
      }),
    );
    return Number(Buffer.from(Body ?? []).toString());
  }

  async function bucket(): Promise<string> {
    const { Parameter } = await new SSMClient(config()).send(
      new GetParameterCommand({ Name: `/model-pipeline/${PIPELINE}/resources` }),
    );
    return (JSON.parse(Parameter?.Value as string) as { bucket: string }).bucket;
  }

  beforeAll(async () => {
    ({ python } = await prepared(IMAGE));
    writeFileSync(holdout, `${REVIEWS.join('\n')}\n`);
    await cloud.start();
    cdk = new CdkCli(cloud);
    await cdk.bootstrap();
    expect(await cdk.deploy(stack)).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    cdk?.remove();
    await cloud.stop();
    cloud.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test('is registered, evaluated on texts and released', async () => {
    const run = await register('some-words', 'good,bad');
    expect(run).toMatchObject({ code: 0, stdout: 'version 1.0.0 is in production\n' });
    expect(await answer('good food')).toBeGreaterThan(0.9);
    expect(await answer('bad food')).toBeLessThan(0.1);
  });

  test('is monitored by the texts that it answers', async () => {
    await Promise.all(Array.from({ length: REQUESTS }, () => answer('tasty food')));
    await cloud.clock.advance(2 * HOUR);
    expect(await recordedRows(new S3Client(config()), await bucket())).toBeGreaterThanOrEqual(REQUESTS);
  });

  test('gives its place to one that knows more words, by a canary, and gets it back at a rollback', async () => {
    const before = await answer('awful place');
    const run = await register('all-words', 'good,tasty,bad,awful');
    expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('is in production') });
    expect(run.stderr).toMatch(/ShiftTraffic/);
    expect(await answer('tasty food')).toBeGreaterThan(0.9);
    expect(await answer('awful place')).toBeLessThan(0.1);
    expect(await cli('rollback', '--wait')).toMatchObject({ code: 0 });
    expect(await answer('awful place')).toBeCloseTo(before, 6);
  });
});
