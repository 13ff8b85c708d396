import { Promises } from '../../bench/lifecycles/promises';
import { RehearsedPipeline } from '../../bench/lifecycles/rehearsed-pipeline';
import { PIPELINE } from '../../bench/lifecycles/rehearsed-stack';
import { endRehearsal } from './rehearsal';

jest.setTimeout(600_000);

const GIVEN = /^somebody gave the endpoint the config \S+ during this release$/;
const CHANGED = /^somebody changed the endpoint during this release: it is InService with the config \S+$/;

describe('an endpoint that somebody else updates', () => {
  const pipeline = new RehearsedPipeline('steps');
  let promises: Promises;

  beforeAll(() => pipeline.start());
  afterAll(() => endRehearsal(pipeline));

  beforeEach(async () => {
    await pipeline.reset();
    promises = await Promises.begin(pipeline);
    await end(await pipeline.startRelease('1.0.0'));
  });

  /** Lets time and requests pass until no workflow runs. @returns how the release ended */
  async function end(executionArn: string): Promise<{ outcome?: string; reasons?: string[] }> {
    do await pipeline.pass(30);
    while ((await pipeline.running()).length > 0);
    const { output } = await pipeline.call('states', 'DescribeExecution', { executionArn });
    return JSON.parse(output ?? '{}');
  }

  async function until(executionArn: string, state: string): Promise<void> {
    for (let seconds = 0; seconds < 3600; seconds += 5) {
      const { events } = await pipeline.call('states', 'GetExecutionHistory', {
        executionArn,
        reverseOrder: true,
        maxResults: 5,
      });
      const entered = events.map(
        (event: { stateEnteredEventDetails?: { name: string } }) => event.stateEnteredEventDetails?.name,
      );
      if (entered.includes(state)) return;
      await pipeline.pass(5);
    }
    throw new Error(`the release has not come to ${state}`);
  }

  /** As in the console: the endpoint gets a config again that it had before. */
  const update = (EndpointConfigName: string | undefined) =>
    pipeline.call('sagemaker', 'UpdateEndpoint', { EndpointName: PIPELINE, EndpointConfigName });

  test('before a release begins is waited for', async () => {
    const { production } = await pipeline.routing();
    await update(production?.endpointConfigName);
    expect(await end(await pipeline.startRelease('1.1.0'))).toMatchObject({ outcome: 'released' });
    expect(await promises.broken()).toEqual([]);
  });

  test.each([
    ['WaitForChallenger', /^the endpoint did not come up with the new version, but has the config \S+: /],
    ['WaitForShift', CHANGED],
    ['Observe', GIVEN],
    ['Bake', GIVEN],
    ['WaitForRetirement', CHANGED],
  ])('while a release is in %s ends it at once, and the ledger says so', async (state, why) => {
    const { production } = await pipeline.routing();
    const release = await pipeline.startRelease('1.1.0');
    await until(release, state);
    await update(production?.endpointConfigName);
    const { outcome, reasons = [] } = await end(release);
    expect(outcome).toBe('rolled-back');
    expect(reasons[0]).toMatch(why);
    expect((await pipeline.ledger()).at(-1)).toMatchObject({
      kind: 'rollback',
      modelVersion: '1.1.0',
      reasons,
    });
    expect(await promises.broken()).toEqual([]);
  });
});
