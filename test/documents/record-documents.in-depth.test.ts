import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { Duration } from 'aws-cdk-lib';
import { type ModelPipelineProps, ReleaseStrategy, UndecidedAction } from '../../lib';
import { runCli } from '../bin/cli';
import { csvOf, customersCsv } from '../lifecycle/customers';
import { BETTER, NO_ANSWERS, PIPELINE, WORSE } from '../lifecycle/customers-stack';
import { DeployedPipeline, REQUESTS_A_MINUTE } from '../lifecycle/deployed-pipeline';
import { sendLabels, wouldLeave } from '../lifecycle/ground-truth';
import { repositoryFile } from '../repository-file';
import { kindOf, NO_DOCUMENTS } from './document-kinds';

jest.setTimeout(1_800_000);

const MINUTE = 60_000;
/** Where the documents of this run are kept, such as `test/reference/documents-0.2`. */
const { RECORD_DOCUMENTS } = process.env;
/** Documents of a kind that are kept; of the ledger and the parameters all. */
const KEPT_OF_A_KIND = 2;

const PROPS: Partial<ModelPipelineProps> = {
  releaseStrategy: ReleaseStrategy.shadow({
    duration: Duration.minutes(4),
    maximumDuration: Duration.minutes(10),
    followedBy: ReleaseStrategy.blueGreen({
      canary: [0.5],
      stepDuration: Duration.minutes(3),
      bakeTime: Duration.minutes(3),
      approval: {},
    }),
  }),
};

/** A life with each kind of end that the ledger knows, and everything else that a pipeline writes. */
describe('the documents that a pipeline writes', () => {
  const pipeline = new DeployedPipeline();
  const kept = new Map<string, string>();
  const labelled = new Set<string>();
  const answered = new Set<string>();

  const command = async (...args: string[]) => {
    const { code, stdout, stderr } = await runCli(args, pipeline.environment());
    if (code !== 0) throw new Error(`${args.join(' ')}: ${stdout}${stderr}`);
  };

  const parameter = async (name: string) => {
    const { Parameter } = await pipeline.ssm.send(
      new GetParameterCommand({ Name: `/model-pipeline/${PIPELINE}/${name}` }),
    );
    return Parameter?.Value as string;
  };

  /** Keeps the routing document as it is at rest, during a release, and while there is a shadow. */
  const keepRouting = async () => {
    const { candidate, shadow } = await pipeline.routing();
    const when = shadow ? 'of-shadow' : candidate ? 'of-release' : 'at-rest';
    kept.set(`parameters/routing-${when}.json`, await parameter('routing'));
  };

  /** Keeps every document that the bucket has. */
  const keep = async () => {
    kept.set('parameters/resources.json', await parameter('resources'));
    const keys = (await pipeline.keys('')).filter((key) => !NO_DOCUMENTS.test(key));
    for (const key of keys) kept.set(key, await pipeline.read(key));
  };

  /** Follows a retraining or release; a person answers whenever one is asked, and labels arrive. */
  const follow = async (execution: string, answer: 'approve' | 'reject' | 'wait' = 'approve') =>
    pipeline.follow(execution, async () => {
      await keepRouting();
      await sendLabels(pipeline, wouldLeave, labelled);
      const questions = (await pipeline.keys('')).filter((key) => key.endsWith('/approval.json'));
      for (const key of questions) {
        if (answered.has(key)) continue;
        answered.add(key);
        await keep();
        if (answer !== 'wait') await command(answer);
      }
    });

  beforeAll(async () => {
    await pipeline.start(PROPS);
    await pipeline.upload('2026-10.csv', customersCsv({ count: 1500, seed: 1 }));
    await follow(await pipeline.startRetraining());
  });
  afterAll(async () => {
    if (RECORD_DOCUMENTS) record(RECORD_DOCUMENTS, kept);
    await pipeline.stop();
  });

  test('are all of a kind of which a folder of test/reference has some', async () => {
    // Three hours of traffic, which the monitors look at.
    await keep();
    for (let quarters = 0; quarters < 13; quarters++) await pipeline.pass(15 * MINUTE, REQUESTS_A_MINUTE);
    await sendLabels(pipeline, wouldLeave, labelled);
    await pipeline.pass(75 * MINUTE, REQUESTS_A_MINUTE);

    const better = await follow(await pipeline.startRetraining(BETTER));
    expect(better).toMatchObject({ output: { outcome: 'promoted' } });
    const worse = await follow(await pipeline.startRetraining(WORSE));
    expect(worse).toMatchObject({ output: { outcome: 'refused' } });
    const broken = await follow(await pipeline.startRetraining(NO_ANSWERS));
    expect(broken).toMatchObject({ status: 'FAILED' });
    expect(await pipeline.release('9.9.9')).toMatchObject({ status: 'FAILED' });
    await follow(await pipeline.startRelease('1.0.0', 'to compare'), 'reject');

    const promotion = {
      minimumRows: 400,
      ifUndecided: UndecidedAction.ASK_PERSON,
      approvalTimeout: Duration.minutes(30),
    };
    expect(await pipeline.deploy({ ...PROPS, promotion })).toMatchObject({ code: 0 });
    await pipeline.upload(
      '2026-11.csv',
      csvOf(['left', 'complaints', 'price', 'shoe_size'], [[1, 1, 1, 40]]),
    );
    await follow(await pipeline.startRetraining(BETTER), 'reject');
    await follow(await pipeline.startRetraining({ ...BETTER, noise: '0.01' }), 'wait');
    await keepRouting();
    await keep();

    expect([...kept.keys()].filter((key) => !kindOf(key))).toEqual([]);
    const kinds = new Set([...kept.keys()].map((key) => kindOf(key)?.name));
    if (!RECORD_DOCUMENTS) expect([...kinds].filter((name) => !keptKinds().has(name))).toEqual([]);
    const ends = (await pipeline.ledger()).map(({ kind }) => kind);
    expect(new Set(ends)).toEqual(
      new Set(['release', 'rejection', 'failure', 'refusal', 'rollback', 'expiry']),
    );
  });
});

function record(folder: string, documents: ReadonlyMap<string, string>): void {
  const counts = new Map<string, number>();
  for (const [key, text] of documents) {
    const { name = '' } = kindOf(key) ?? {};
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    if (count > KEPT_OF_A_KIND && !/^(ledger|parameters)\//.test(key)) continue;
    const file = join(folder, key);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** Kinds of documents in all folders: a kind that has not changed is in an older one. */
function keptKinds(): Set<string | undefined> {
  return new Set(
    readdirSync(repositoryFile('test', 'reference'), { recursive: true, encoding: 'utf8' })
      .filter((path) => /^documents-[^/]+\//.test(path))
      .map((path) => kindOf(path.replace(/^[^/]+\//, ''))?.name),
  );
}
