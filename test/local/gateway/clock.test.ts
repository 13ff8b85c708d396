import { Clock } from '../../../local/gateway/clock';

const START = new Date('2026-01-01T00:00:00Z');

describe('the clock at rate 0', () => {
  test('stands still until it is advanced', async () => {
    const clock = new Clock({ start: START, rate: 0 });
    await clock.advance(90_000);
    expect(clock.date().toISOString()).toBe('2026-01-01T00:01:30.000Z');
  });

  test('fires timers in the order in which they are due, each at its time', async () => {
    const clock = new Clock({ start: START, rate: 0 });
    const fired: string[] = [];
    const note = (name: string) => () => fired.push(`${name} ${(clock.now() - START.getTime()) / 1000}`);
    clock.after(20_000, note('b'));
    clock.after(10_000, note('a'));
    clock.after(20_000, note('c'));
    clock.after(40_000, note('later'));
    await clock.advance(30_000);
    expect(fired).toEqual(['a 10', 'b 20', 'c 20']);
  });

  test('fires what becomes due while it moves', async () => {
    const clock = new Clock({ start: START, rate: 0 });
    const times: number[] = [];
    const tick = () => {
      times.push(clock.now() - START.getTime());
      clock.after(1_000, tick);
    };
    clock.after(1_000, tick);
    await clock.advance(3_500);
    expect(times).toEqual([1_000, 2_000, 3_000]);
  });

  test('lets tracked work end before time goes on', async () => {
    const clock = new Clock({ start: START, rate: 0 });
    const events: string[] = [];
    clock.after(1_000, () => {
      clock.track(
        new Promise<void>((resolve) => setTimeout(resolve, 20)).then(() => {
          events.push(`work ended at ${clock.now() - START.getTime()}`);
        }),
      );
    });
    clock.after(2_000, () => events.push('next timer'));
    await clock.advance(5_000);
    expect(events).toEqual(['work ended at 1000', 'next timer']);
  });

  test('goes on after tracked work that failed', async () => {
    const clock = new Clock({ start: START, rate: 0 });
    clock.track(Promise.reject(new Error('broken'))).catch(() => {});
    await clock.advance(1_000);
    expect(clock.now()).toBe(START.getTime() + 1_000);
  });

  test('never fires a cancelled timer', async () => {
    const clock = new Clock({ start: START, rate: 0 });
    const fired = jest.fn();
    clock.after(1_000, fired).cancel();
    await clock.advance(2_000);
    expect(fired).not.toHaveBeenCalled();
  });
});

test('a clock at a rate fires by itself', async () => {
  const clock = new Clock({ start: START, rate: 3600 });
  await clock.sleep(60_000);
  expect(clock.now()).toBeGreaterThanOrEqual(START.getTime() + 60_000);
  clock.stop();
});
