import type { WatchedModel } from '../../../lambda/aws/watched-models/watched-model';
import { hourBefore } from '../../../lambda/domain/records/hour';
import { unrecordedRequests } from '../../../lambda/monitor-model/unrecorded-requests';
import { MINUTE, START } from '../../local/services/service-fixture';
import { TrafficFixture } from '../traffic-fixture';

const HOUR = hourBefore(new Date('2026-11-24T11:10:00Z'));
const LONG_AGO = new Date('2026-11-01T00:00:00Z');

describe('requests that were answered although nothing was recorded', () => {
  const fixture = new TrafficFixture();

  beforeAll(async () => {
    await fixture.start();
    const each = (count: number) => Array<number>(count).fill(1);
    fixture.publish(
      'green',
      10,
      { Invocations: each(60), Invocation4XXErrors: each(4), Invocation5XXErrors: each(1) },
      'c',
    );
    fixture.publish('green', 30, { Invocations: each(5), InvocationModelErrors: each(5) }, 'c');
    fixture.publish('green', 50, { Invocations: each(500) }, 'c');
    fixture.publish('blue', 10, { Invocations: each(30), InvocationModelErrors: each(30) }, 'c');
    await fixture.advance(60 * MINUTE);
  });
  afterAll(() => fixture.stop());

  const found = (model: Partial<WatchedModel>, records = 0) =>
    unrecordedRequests(
      { variant: 'green', since: LONG_AGO, recordedShare: 1, ...model } as WatchedModel,
      HOUR,
      records,
      fixture.requests,
    );

  test('are counted without those that failed, and without those that may not have arrived yet', async () => {
    expect(HOUR.start).toEqual(START);
    expect(await found({})).toBe(65 - 5);
  });

  test('are none if something was recorded, or no request was answered', async () => {
    expect(await found({}, 1)).toBe(0);
    expect(await found({ variant: 'blue' })).toBe(0);
  });

  test('are none if too few are sampled to say so', async () => {
    expect(await found({ recordedShare: 0.34 })).toBe(60);
    expect(await found({ recordedShare: 0.33 })).toBe(0);
  });

  test('are not looked at if nothing is to be recorded', async () => {
    expect(await found({ recordedShare: 0 })).toBeUndefined();
  });

  test('belong to the version in production', async () => {
    expect(await found({ since: new Date(START.getTime() + 20 * MINUTE) })).toBe(0);
    expect(await found({ since: new Date(START.getTime() + 50 * MINUTE) })).toBe(0);
  });
});
