import { Agent, request } from 'node:http';
import { canonicalRequest } from '../local/gateway/signature/canonical-request';
import { scopeText } from '../local/gateway/signature/signature';
import { sha256, sign } from '../local/gateway/signature/signer';
import type { LocalCloud } from '../local/local-cloud';
import { RehearsedPipeline } from './lifecycles/rehearsed-pipeline';
import { PIPELINE } from './lifecycles/rehearsed-stack';
import { Random } from './random';

const REQUESTS = 1_000_000;
/** The local cloud remembers everything: a new one now and then. */
const A_CLOUD = 50_000;
const CLIENTS = 16;
const GOOD_VERSIONS = ['1.0.0', '1.1.0', '1.2.0'];
const SLICE_SECONDS = 5;

/** What happens to a release while requests go on, and after how many seconds at most. */
const ENDINGS = ['released', 'rolled-back', 'killed'] as const;
const LONGEST_SECONDS = 300;

interface Tally {
  sent: number;
  readonly failures: string[];
  readonly answers: Record<string, number>;
  readonly endings: Record<(typeof ENDINGS)[number], number>;
}

/**
 * Requests by HTTP at full speed while good versions are released, rolled back and killed: how many of them
 * failed. Everything that answers them is as in every deployment, except for the models, which are pretended:
 * they answer at once.
 */
export async function traffic([count = String(REQUESTS), seed = '1']: readonly string[]): Promise<void> {
  const random = new Random(Number(seed));
  const tally: Tally = {
    sent: 0,
    failures: [],
    answers: {},
    endings: { released: 0, 'rolled-back': 0, killed: 0 },
  };
  const started = performance.now();
  while (tally.sent < Number(count)) {
    const pipeline = new RehearsedPipeline('steps');
    await pipeline.start();
    const until = Math.min(Number(count), tally.sent + A_CLOUD);
    await releaseUnderTraffic(pipeline, random, tally, until);
    await pipeline.stop();
  }
  const seconds = (performance.now() - started) / 1000;
  const { sent, failures, answers, endings } = tally;
  const shares = Object.entries(answers).map(([variant, answered]) => `${answered} by ${variant}`);
  process.stdout.write(
    `${sent} requests in ${seconds.toFixed(0)} s (${(sent / seconds).toFixed(0)} a second), ${shares.join(', ')}; ${endings.released} releases, ${endings['rolled-back']} rollbacks, ${endings.killed} kills: ${failures.length} failed\n`,
  );
  for (const failure of new Set(failures)) process.stdout.write(`  - ${failure}\n`);
  if (failures.length > 0) process.exitCode = 1;
}

/** Sends requests until there are so many, and one release after the other. */
async function releaseUnderTraffic(
  pipeline: RehearsedPipeline,
  random: Random,
  tally: Tally,
  until: number,
): Promise<void> {
  await settle(pipeline, await pipeline.startRelease('1.0.0'));
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const client = async () => {
    while (tally.sent < until) {
      tally.sent++;
      await ask(pipeline.cloud, agent, tally);
    }
  };
  const clients = Array.from({ length: CLIENTS }, client);
  while (tally.sent < until) await releaseOnce(pipeline, random, tally);
  await Promise.all(clients);
  agent.destroy();
}

async function releaseOnce(pipeline: RehearsedPipeline, random: Random, tally: Tally): Promise<void> {
  const { production } = await pipeline.routing();
  const others = GOOD_VERSIONS.filter((version) => version !== production?.modelVersion);
  const execution = await pipeline.startRelease(pick(random, others));
  const ending = pick(random, ENDINGS);
  if (ending !== 'released') {
    await pass(pipeline, LONGEST_SECONDS * random.uniform());
    if (ending === 'killed') await pipeline.kill(execution);
    else await pipeline.rollBack();
  }
  await settle(pipeline, execution);
  tally.endings[ending]++;
}

/** Lets time pass until no workflow runs. */
async function settle(pipeline: RehearsedPipeline, execution: string): Promise<void> {
  do await pass(pipeline, SLICE_SECONDS);
  while ((await pipeline.running()).length > 0);
  const { status } = await pipeline.call('states', 'DescribeExecution', { executionArn: execution });
  if (status === 'RUNNING') throw new Error(`${execution} still runs`);
}

async function pass(pipeline: RehearsedPipeline, seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed += SLICE_SECONDS) {
    await pipeline.cloud.clock.advance(SLICE_SECONDS * 1000);
  }
}

/** Written by hand: an SDK client takes longer for a request than all else together. */
function ask(cloud: LocalCloud, agent: Agent, { failures, answers }: Tally): Promise<void> {
  return new Promise((resolve) => {
    const fail = (why: string) => {
      failures.push(why);
      resolve();
    };
    const asked = request(
      `${cloud.url}${PATH}`,
      { method: 'POST', agent, headers: { ...CONTENT_TYPES, ...signature(cloud) } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('error', ({ message }) => fail(message));
        answer.on('end', () => {
          const body = Buffer.concat(chunks).toString();
          if (answer.statusCode !== 200) return fail(`${answer.statusCode}: ${body}`);
          const variant = String(answer.headers['x-amzn-invoked-production-variant']);
          answers[variant] = (answers[variant] ?? 0) + 1;
          resolve();
        });
      },
    );
    asked.on('error', ({ message }) => fail(message));
    asked.end(ROW);
  });
}

const PATH = `/endpoints/${PIPELINE}/invocations`;
const CONTENT_TYPES = { 'content-type': 'text/csv', accept: 'text/csv' };
const ROW = '1,2';

/** The headers by which the account's administrator signs the request. */
function signature({ url, region, credentials }: LocalCloud): Record<string, string> {
  const timestamp = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = { day: timestamp.slice(0, 8), region, service: 'sagemaker' };
  const headers = { host: new URL(url).host, 'x-amz-date': timestamp };
  const signedHeaders = Object.keys(headers);
  const canonical = canonicalRequest(
    { method: 'POST', path: PATH, queryString: '', headers },
    { signedHeaders, payloadHash: sha256(ROW), isS3: false },
  );
  const value = sign({ secretAccessKey: credentials.secretAccessKey, scope, timestamp }, canonical);
  const credential = `${credentials.accessKeyId}/${scopeText(scope)}`;
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders.join(';')}, Signature=${value}`,
  };
}

function pick<T>(random: Random, values: readonly T[]): T {
  return values[Math.floor(random.uniform() * values.length)] as T;
}
