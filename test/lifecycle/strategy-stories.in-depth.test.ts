import { Promises } from '../../bench/lifecycles/promises';
import { RehearsedPipeline } from '../../bench/lifecycles/rehearsed-pipeline';
import { PIPELINE } from '../../bench/lifecycles/rehearsed-stack';
import { endRehearsal } from './rehearsal';

jest.setTimeout(600_000);

describe.each([
  ['linear', ['0.33', '0.67', '1']],
  ['allAtOnce', ['1']],
] as const)('versions that are released %s', (strategy, steps) => {
  const pipeline = new RehearsedPipeline(strategy);
  let promises: Promises;

  beforeAll(async () => {
    await pipeline.start();
    await pipeline.reset();
    promises = await Promises.begin(pipeline);
    await release('1.0.0');
  });
  afterAll(() => endRehearsal(pipeline));

  /**
   * Releases a version, to its end. @returns how it ended, and the shares of the traffic that it had on the
   * way
   */
  async function release(version: string) {
    const executionArn = await pipeline.startRelease(version);
    const shares: string[] = [];
    do {
      await pipeline.pass(15);
      const share = await shareOf(version);
      if (share > 0 && shares.at(-1) !== String(share)) shares.push(String(share));
    } while (!(await pipeline.isAtRest()));
    const { output } = await pipeline.call('states', 'DescribeExecution', { executionArn });
    return { ...(JSON.parse(output ?? '{}') as { outcome?: string; reasons?: string[] }), shares };
  }

  async function shareOf(version: string): Promise<number> {
    const { candidate } = await pipeline.routing();
    if (candidate?.modelVersion !== version) return 0;
    const { ProductionVariants } = await pipeline.call('sagemaker', 'DescribeEndpoint', {
      EndpointName: PIPELINE,
    });
    const variant = ProductionVariants.find(
      ({ VariantName }: { VariantName: string }) => VariantName === candidate.variant,
    );
    return Number((variant?.CurrentWeight ?? 0).toFixed(2));
  }

  test('a good one takes over, share by share, and no request fails', async () => {
    expect(await release('1.1.0')).toMatchObject({ outcome: 'released', shares: steps });
    expect((await pipeline.routing()).production?.modelVersion).toBe('1.1.0');
    expect(await promises.broken()).toEqual([]);
  });

  test('one that fails its callers goes back at its first share, with the reason in the ledger', async () => {
    const { shares } = await release('2.0.0');
    expect(shares).toEqual([steps[0]]);
    const entry = (await pipeline.ledger()).at(-1);
    expect(entry).toMatchObject({ kind: 'rollback', modelVersion: '2.0.0', champion: '1.1.0' });
    expect(entry?.reasons.join()).toMatch(/challenger failed \d+ of \d+|alarm/);
    expect((await pipeline.routing()).production?.modelVersion).toBe('1.1.0');
    expect(await promises.broken()).toEqual([]);
  });

  test('one that fails its smoke test has no traffic at all', async () => {
    expect(await release('3.0.0')).toMatchObject({ outcome: 'rolled-back', shares: [] });
    expect(await promises.broken()).toEqual([]);
  });
});
