/**
 * Runs the example on this machine: the same app on the local cloud, and PostgreSQL (PGlite) behind the Data API. It
 * deploys, trains and releases a version, scores the customers of two nights, and shows the table after each.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PGlite } from '@electric-sql/pglite';
import { LocalCloud } from 'cdk-local-cloud';

const FOLDER = new URL('..', import.meta.url);
const assembly = mkdtempSync(join(tmpdir(), 'churn-batch-'));
const postgres = new PGlite();

/** What the Data API runs statements on. */
const database = {
  async query(sql, parameters) {
    const { fields, rows, affectedRows } = await postgres.query(sql, parameters, { rowMode: 'array' });
    const columns = fields.map(({ name, dataTypeID }) => ({ name, typeOid: dataTypeID }));
    return { columns, rows, changedRows: affectedRows ?? 0 };
  },
};

const cloud = new LocalCloud({ clock: { rate: 60 }, runtimes: { databases: async () => database } });
await cloud.start();
try {
  await postgres.exec(readFileSync(new URL('schema.sql', FOLDER), 'utf8'));
  await run('cdk', 'bootstrap', '--output', assembly);
  await run('cdk', 'deploy', '--require-approval', 'never', '--output', assembly);
  await run('model-pipeline', 'retrain', '--data', '../minimal/data/customers.csv', '--wait');
  const outputs = await stackOutputs();
  const customers = readFileSync(new URL('customers.csv', FOLDER), 'utf8');
  await night('monday', customers, outputs);
  // On Tuesday, a customer pays more, another one is new, and one is gone.
  const changed = customers.replace('c-1004,58,20,0,0', 'c-1004,58,99,6,5').replace(/c-1008.*\n/, '');
  await night('tuesday', `${changed}c-1009,24,30,0,1\n`, outputs);
} finally {
  await cloud.stop();
  await postgres.close();
  rmSync(assembly, { recursive: true, force: true });
}

/** Runs a program of this repository on the local cloud. */
async function run(...command) {
  console.log(`\n$ npx ${command.join(' ')}`);
  const child = spawn('npx', command, {
    cwd: FOLDER,
    env: { ...process.env, ...cloud.environment() },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}`);
}

async function stackOutputs() {
  const client = new CloudFormationClient(cloud.clientConfig);
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 'ChurnBatch' }));
  return Object.fromEntries(Stacks[0].Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
}

/** Puts the customers of a day, scores them, and shows what the database then has. */
async function night(name, customers, { CustomersBucket, NightlyStateMachine }) {
  await new S3Client(cloud.clientConfig).send(
    new PutObjectCommand({ Bucket: CustomersBucket, Key: 'daily/customers.csv', Body: customers }),
  );
  const sfn = new SFNClient(cloud.clientConfig);
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({ stateMachineArn: NightlyStateMachine, name }),
  );
  let ended;
  do {
    await new Promise((resolve) => setTimeout(resolve, 200));
    ended = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  } while (ended.status === 'RUNNING');
  console.log(`\n${name}: ${ended.status} ${ended.output ?? ended.cause}`);
  if (ended.status !== 'SUCCEEDED') throw new Error(`the run ${name} ${ended.status}: ${ended.cause}`);
  const { rows } = await postgres.query(
    'select customer, round(prediction::numeric, 3)::text as churn, model_version, run from churn_scores order by 1',
  );
  console.table(rows);
}
