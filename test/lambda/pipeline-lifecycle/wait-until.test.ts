import { waitUntil } from '../../../lambda/pipeline-lifecycle/wait-until';

const START = Date.parse('2026-11-24T10:00:00Z');

describe('waitUntil', () => {
  let time: number;
  let pauses: number[];
  const patience = (seconds: number) => ({
    now: () => new Date(time),
    sleep: async (milliseconds: number) => {
      pauses.push(milliseconds);
      time += milliseconds;
    },
    deadline: new Date(START + seconds * 1000),
  });

  beforeEach(() => {
    time = START;
    pauses = [];
  });

  test('does not wait if there is nothing to wait for', async () => {
    await waitUntil(async () => undefined, patience(60));
    expect(pauses).toEqual([]);
  });

  test('asks ever more seldom, but at least every ten seconds', async () => {
    let left = 8;
    await waitUntil(async () => (left-- > 0 ? 'something' : undefined), patience(600));
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
  });

  test('tells what is left when the time is up, before it is over', async () => {
    await expect(waitUntil(async () => 'the endpoint was still there', patience(5))).rejects.toThrow(
      'the endpoint was still there when the time was up; delete the stack again',
    );
    expect(time).toBeLessThanOrEqual(START + 5000);
  });
});
