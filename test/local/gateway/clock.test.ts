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

describe('the range of the clock', () => {
  const END = '9999-12-31T23:59:59.999Z';

  test.each([1e300, Number.POSITIVE_INFINITY, Number.NaN, -1, Date.parse(END)])(
    'an advance by %d milliseconds is refused with the limit, and changes nothing',
    async (milliseconds) => {
      const clock = new Clock({ start: START, rate: 0 });
      await expect(clock.advance(milliseconds)).rejects.toThrow(
        `the clock moves on from ${START.toISOString()} to ${END} at most`,
      );
      await clock.advance(1_000);
      expect(clock.now()).toBe(START.getTime() + 1_000);
    },
  );

  test('ends with the year 9999, where time stands still', async () => {
    const clock = new Clock({ start: new Date(Date.parse(END) - 1_000), rate: 0 });
    await clock.advance(1_000);
    expect(clock.date().toISOString()).toBe(END);
    await expect(clock.advance(1)).rejects.toThrow('by 0 to 0 seconds');
    const running = new Clock({ start: new Date(END), rate: 86_400 });
    await new Promise((resolve) => setImmediate(resolve));
    expect(running.date().toISOString()).toBe(END);
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 86_401, 1e300])('a rate of %d is refused', (rate) => {
    expect(() => new Clock({ rate })).toThrow(`the rate of the clock must be from 0 to 86400`);
  });

  test.each([new Date('yesterday'), new Date('1969-12-31T23:59:59Z'), new Date('+010000-01-01T00:00:00Z')])(
    'a start at %s is refused',
    (start) => {
      expect(() => new Clock({ start })).toThrow('the clock must start between 1970 and 9999');
    },
  );
});
