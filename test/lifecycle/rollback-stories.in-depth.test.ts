import { RehearsedPipeline } from '../../bench/lifecycles/rehearsed-pipeline';
import { PIPELINE } from '../../bench/lifecycles/rehearsed-stack';
import { type LedgerEntry, parseLedgerEntry } from '../../lambda/domain/records/ledger';
import { endRehearsal } from './rehearsal';

jest.setTimeout(300_000);

const MOST_SECONDS = 3_600;
const ROUTING = `/model-pipeline/${PIPELINE}/routing`;

describe('a rollback during a canary', () => {
  const pipeline = new RehearsedPipeline('steps');

  beforeAll(async () => {
    await pipeline.start();
    await pipeline.reset();
    for (const version of ['1.0.0', '1.1.0']) {
      await pipeline.startRelease(version);
      await untilRest();
    }
    await pipeline.newAlerts();
  });
  afterAll(() => endRehearsal(pipeline));

  const untilRest = async () => {
    for (let seconds = 0; seconds < MOST_SECONDS && !(await pipeline.isAtRest()); seconds += 60)
      await pipeline.pass(60);
  };

  /** Weights of the endpoint's variants, by variant. */
  const weights = async (): Promise<Record<string, number>> => {
    const { ProductionVariants } = await pipeline.call('sagemaker', 'DescribeEndpoint', {
      EndpointName: PIPELINE,
    });
    return Object.fromEntries(
      ProductionVariants.map((each: { VariantName: string; CurrentWeight: number }) => [
        each.VariantName,
        each.CurrentWeight,
      ]),
    );
  };

  /** Starts a release, and lets time and requests pass until both versions have traffic. */
  const startCanary = async (version: string): Promise<void> => {
    await pipeline.startRelease(version);
    const isShared = async () => {
      const shares = Object.values(await weights());
      return shares.length === 2 && shares.every((share) => share > 0);
    };
    for (let seconds = 0; !(await isShared()); seconds += 5) {
      if (seconds > MOST_SECONDS) throw new Error('the release has not come to its traffic');
      await pipeline.pass(5);
    }
  };

  const rollBack = (request: object = {}) => pipeline.invoke(pipeline.resources.rollbackFunction, request);

  /** That the champion has all traffic after one weight update, and is alone, and scales, at the end. */
  const expectChampionBack = async (champion: string): Promise<void> => {
    await pipeline.pass(10);
    const { production } = await pipeline.routing();
    const { [production?.variant as string]: share, ...others } = await weights();
    expect(share).toBe(1);
    expect(Object.values(others).every((other) => other === 0)).toBe(true);
    await untilRest();
    const { production: serving, candidate } = await pipeline.routing();
    expect({ version: serving?.modelVersion, candidate }).toEqual({
      version: champion,
      candidate: undefined,
    });
    expect(await weights()).toEqual({ [serving?.variant as string]: 1 });
    expect(await pipeline.scalableTargets()).toEqual([`endpoint/${PIPELINE}/variant/${serving?.variant}`]);
    expect(pipeline.customers.failures).toEqual([]);
  };

  const bucket = () => ({ Bucket: pipeline.resources.bucket });
  const keys = async (): Promise<string[]> => {
    const { Contents } = await pipeline.call('s3', 'ListObjectsV2', { ...bucket(), Prefix: 'ledger/' });
    return Contents.map(({ Key }: { Key: string }) => Key);
  };
  const newestEntry = async (): Promise<LedgerEntry> => {
    const key = (await keys()).filter((each) => each !== 'ledger/99999999.json').at(-1) as string;
    return parseLedgerEntry(await pipeline.read(key));
  };
  const put = (Key: string, Body: string) =>
    pipeline.call('s3', 'PutObject', { ...bucket(), Key, Body: Buffer.from(Body) });

  const deletePackage = async (version: string): Promise<void> => {
    const { ModelPackageSummaryList } = await pipeline.call('sagemaker', 'ListModelPackages', {
      ModelPackageGroupName: PIPELINE,
      MaxResults: 100,
    });
    for (const { ModelPackageArn: ModelPackageName } of ModelPackageSummaryList) {
      const found = await pipeline.call('sagemaker', 'DescribeModelPackage', { ModelPackageName });
      if (found.CustomerMetadataProperties.modelVersion === version)
        await pipeline.call('sagemaker', 'DeleteModelPackage', { ModelPackageName });
    }
  };

  const writeRouting = (Value: string) =>
    pipeline.call('ssm', 'PutParameter', { Name: ROUTING, Value, Type: 'String', Overwrite: true });
  const loseRouting = {
    deleted: () => pipeline.call('ssm', 'DeleteParameter', { Name: ROUTING }),
    unreadable: () => writeRouting('spilt coffee'),
  };

  test.each(['deleted', 'unreadable'] as const)(
    'needs no routing document: %s, it is rebuilt',
    async (how) => {
      await startCanary('1.0.0');
      await loseRouting[how]();
      expect(await rollBack()).toMatchObject({ action: 'undo', modelVersion: '1.0.0' });
      await expectChampionBack('1.1.0');
      expect(await newestEntry()).toMatchObject({
        kind: 'rollback',
        modelVersion: '1.0.0',
        champion: '1.1.0',
      });
      expect(await pipeline.newAlerts()).toHaveLength(1);
    },
  );

  test('rebuilds the routing document when a release was stopped after it was lost', async () => {
    await startCanary('1.0.0');
    await loseRouting.deleted();
    const [release] = await pipeline.executions(pipeline.resources.releaseStateMachine, 'RUNNING');
    await pipeline.kill(release?.executionArn as string);
    await expectChampionBack('1.1.0');
    expect(await newestEntry()).toMatchObject({ kind: 'rollback', modelVersion: '1.0.0', champion: '1.1.0' });
    expect(await pipeline.newAlerts()).toHaveLength(1);
  });

  test('fails loudly if the routing document can neither be read nor rebuilt', async () => {
    const before = JSON.stringify(await pipeline.routing());
    const { EndpointArn: ResourceArn } = await pipeline.call('sagemaker', 'DescribeEndpoint', {
      EndpointName: PIPELINE,
    });
    const { Tags } = await pipeline.call('sagemaker', 'ListTags', { ResourceArn });
    const TagKeys = Tags.map(({ Key }: { Key: string }) => Key);
    await pipeline.call('sagemaker', 'DeleteTags', { ResourceArn, TagKeys });
    await loseRouting.unreadable();
    expect(await rollBack()).toMatchObject({
      errorType: 'RoutingUnreadable',
      errorMessage: expect.stringContaining(
        'the version in production is unknown, so nothing can be rolled back',
      ),
    });
    await writeRouting(before);
    await pipeline.call('sagemaker', 'AddTags', { ResourceArn, Tags });
    expect(await newestEntry()).toMatchObject({
      kind: 'refusal',
      reasons: [expect.stringMatching(/^RoutingUnreadable: /)],
    });
    expect(await pipeline.newAlerts()).toEqual([expect.stringContaining('RoutingUnreadable')]);
  });

  test('needs no ledger that can be read, and is recorded after what is unreadable, deleted or far ahead', async () => {
    await startCanary('1.0.0');
    const before = await keys();
    await put(before.at(-2) as string, 'spilt coffee');
    await put('ledger/99999999.json', '{}');
    await pipeline.call('s3', 'DeleteObject', { ...bucket(), Key: before.at(-1) });
    expect(await rollBack()).toMatchObject({ action: 'undo' });
    await expectChampionBack('1.1.0');
    expect(await newestEntry()).toMatchObject({
      kind: 'rollback',
      modelVersion: '1.0.0',
      champion: '1.1.0',
      sequence: before.length + 1,
    });
    expect(await pipeline.newAlerts()).toHaveLength(1);
  });

  test('needs no package of the challenger, and says that it is gone', async () => {
    await startCanary('1.0.0');
    await deletePackage('1.0.0');
    expect(await rollBack({ reason: 'it looks odd' })).toMatchObject({ action: 'undo' });
    await expectChampionBack('1.1.0');
    const entry = await newestEntry();
    expect(entry).toMatchObject({ kind: 'rollback', modelVersion: '1.0.0', champion: '1.1.0' });
    expect(entry.reasons).toEqual([
      expect.stringMatching(/ended as ABORTED: it looks odd$/),
      expect.stringMatching(/^the package of 1\.0\.0 could not be read: UnknownModelVersion: /),
    ]);
    expect(entry.modelPackageArn).toBeUndefined();
    expect(await pipeline.newAlerts()).toEqual([
      expect.stringContaining('the package of 1.0.0 could not be read'),
    ]);
  });
});
