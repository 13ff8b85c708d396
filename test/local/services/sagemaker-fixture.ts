import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  type CreateEndpointConfigCommandInput,
  CreateModelCommand,
  DescribeEndpointCommand,
  type ProductionVariant,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import {
  InvokeEndpointCommand,
  type InvokeEndpointCommandInput,
  SageMakerRuntimeClient,
} from '@aws-sdk/client-sagemaker-runtime';
import * as tar from 'tar';
import { ServiceFixture } from './service-fixture';

export const IMAGE = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3';
export const BUCKET = 'model-data';
export const ROLE = 'arn:aws:iam::000000000000:role/execution';

/**
 * Adds up the cells of each row, and the number in the model's file `value`. Without numpy it starts quickly.
 */
export const ADDER = `
import os

def refused(environ, start_response):
    start_response('400 BAD REQUEST', [('Content-Type', 'application/json')])
    return [b'{"error": "Refused", "message": "not these rows"}']

def model_fn(model_dir):
    with open(os.path.join(model_dir, 'value')) as file:
        return float(file.read())

def transform_fn(value, body, content_type, accept):
    if isinstance(body, bytes): body = body.decode()
    if body.startswith('refuse'): return refused
    if body.startswith('crash'): os._exit(3)
    if body.startswith('fail'): raise KeyError('inside')
    rows = [line.split(',') for line in body.splitlines() if line]
    return ''.join('%g\\n' % (sum(map(float, row)) + value) for row in rows), 'text/csv'
`;

/** A cloud with a bucket, an execution role and models to serve. */
export class SageMakerFixture extends ServiceFixture {
  sagemaker!: SageMakerClient;
  runtime!: SageMakerRuntimeClient;
  s3!: S3Client;

  async start(): Promise<void> {
    await this.cloud.start();
    this.connect();
    await this.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    await this.executionRole('execution', [{ Effect: 'Allow', Action: ['s3:*', 'logs:*'], Resource: '*' }]);
  }

  connect(): void {
    this.sagemaker = new SageMakerClient(this.config());
    this.runtime = new SageMakerRuntimeClient(this.config());
    this.s3 = new S3Client(this.config());
  }

  /** A role that SageMaker may assume. */
  async executionRole(name: string, statements: readonly object[]): Promise<void> {
    const iam = new IAMClient(this.config());
    const trust = {
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    };
    await iam.send(
      new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: name,
        PolicyName: 'p',
        PolicyDocument: JSON.stringify({ Statement: statements }),
      }),
    );
  }

  async put(key: string, body: string | Buffer): Promise<void> {
    await this.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body }));
  }

  async get(key: string): Promise<string> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
    return (await Body?.transformToString()) as string;
  }

  async getBytes(key: string): Promise<Buffer> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
    return Buffer.from((await Body?.transformToByteArray()) as Uint8Array);
  }

  async keys(prefix: string): Promise<string[]> {
    const { Contents } = await this.s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix }));
    return (Contents ?? []).map(({ Key }) => Key as string);
  }

  /** A model with its script that is served as it is; `value` is what the script adds. */
  async model(name: string, value: number, options: { script?: string; role?: string } = {}): Promise<void> {
    const { script = ADDER, role = ROLE } = options;
    const key = `models/${name}/model.tar.gz`;
    await this.put(key, archive({ value: String(value), 'code/inference.py': script }));
    await this.sagemaker.send(
      new CreateModelCommand({
        ModelName: name,
        ExecutionRoleArn: role,
        PrimaryContainer: {
          Image: IMAGE,
          ModelDataUrl: `s3://${BUCKET}/${key}`,
          Environment: { SAGEMAKER_PROGRAM: 'inference.py' },
        },
      }),
    );
  }

  async endpointConfig(
    name: string,
    variants: readonly ProductionVariant[],
    more: Partial<CreateEndpointConfigCommandInput> = {},
  ): Promise<void> {
    await this.sagemaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName: name,
        ProductionVariants: [...variants],
        ...more,
      }),
    );
  }

  /** An endpoint in service. */
  async endpoint(
    name: string,
    variants: readonly ProductionVariant[],
    more: Partial<CreateEndpointConfigCommandInput> = {},
  ): Promise<void> {
    await this.endpointConfig(`${name}-config`, variants, more);
    await this.sagemaker.send(
      new CreateEndpointCommand({ EndpointName: name, EndpointConfigName: `${name}-config` }),
    );
    await this.settle();
  }

  describe(EndpointName: string) {
    return this.sagemaker.send(new DescribeEndpointCommand({ EndpointName }));
  }

  /** Asks with CSV rows. */
  async invoke(EndpointName: string, rows: string, more: Partial<InvokeEndpointCommandInput> = {}) {
    const output = await this.runtime.send(
      new InvokeEndpointCommand({
        EndpointName,
        ContentType: 'text/csv',
        Accept: 'text/csv',
        Body: rows,
        ...more,
      }),
    );
    return { ...output, text: Buffer.from(output.Body).toString() };
  }
}

export function variant(VariantName: string, ModelName: string, InitialVariantWeight = 1): ProductionVariant {
  return {
    VariantName,
    ModelName,
    InitialVariantWeight,
    InstanceType: 'ml.m5.large',
    InitialInstanceCount: 1,
  };
}

/** A `.tar.gz` with these files. */
export function archive(files: Readonly<Record<string, string>>): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'archive-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const file = join(folder, '.archive.tar.gz');
    tar.create({ file, cwd: folder, gzip: true, sync: true }, Object.keys(files));
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The files in a `.tar.gz`. */
export function unpacked(bytes: Buffer): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'archive-'));
  try {
    writeFileSync(join(folder, 'a.tar.gz'), bytes);
    const files: string[] = [];
    mkdirSync(join(folder, 'out'));
    tar.extract({
      file: join(folder, 'a.tar.gz'),
      cwd: join(folder, 'out'),
      sync: true,
      onReadEntry: (entry) => {
        if (entry.type === 'File') files.push(entry.path);
      },
    });
    return Object.fromEntries(files.map((path) => [path, readFileSync(join(folder, 'out', path), 'utf8')]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
