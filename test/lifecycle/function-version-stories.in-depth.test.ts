import { RehearsedPipeline } from '../../bench/lifecycles/rehearsed-pipeline';
import { endRehearsal } from './rehearsal';

jest.setTimeout(300_000);

describe('deployments of a function that serves alone', () => {
  const pipeline = new RehearsedPipeline('function');

  const untilRest = async () => {
    do await pipeline.pass(60);
    while (!(await pipeline.isAtRest()));
  };

  beforeAll(async () => {
    await pipeline.start();
    await pipeline.reset();
    await pipeline.startRelease('1.0.0');
    await untilRest();
  });
  afterAll(() => endRehearsal(pipeline));

  const versions = async (): Promise<number[]> => {
    const FunctionName = pipeline.resources.serverlessFunction?.replace(/:[^:]+$/, '');
    const { Versions } = await pipeline.call('lambda', 'ListVersionsByFunction', { FunctionName });
    return Versions.map(({ Version }: { Version: string }) => Number(Version)).filter(Number.isInteger);
  };

  test('leave the version of it that serves, and the two before', async () => {
    for (let count = 0; count < 4; count++) {
      await pipeline.deploy();
      await untilRest();
    }
    const serving = Number((await pipeline.routing()).production?.functionVersion);
    expect(serving).toBeGreaterThan(3);
    expect(await versions()).toEqual([serving - 2, serving - 1, serving]);
    expect(pipeline.customers.failures).toEqual([]);
  });
});
