import { logger } from '../../../lambda/aws/logger';
import { parseCapture } from '../../../lambda/domain/traffic/capture';
import {
  CaptureRecorder,
  type CaptureRecorderProps,
  type Exchange,
} from '../../../lambda/inference/capture-recorder';

const START = new Date('2026-11-24T10:07:08.009Z');
const FIRST = 'capture/churn/blue/2026/11/24/10/07-08-009-first.jsonl';

describe('the recorder of requests', () => {
  const { signal } = new AbortController();
  const written = new Map<string, string>();
  let now: Date;
  let error: Error | undefined;
  let failures: number;
  let recorder: CaptureRecorder;
  let warn: jest.SpyInstance;

  beforeEach(() => {
    written.clear();
    now = START;
    error = undefined;
    failures = 0;
    recorder = recorderOf({});
    warn = jest.spyOn(logger, 'warn').mockImplementation();
  });
  afterEach(() => jest.restoreAllMocks());

  const recorderOf = (changes: Partial<CaptureRecorderProps>) =>
    new CaptureRecorder({
      store: {
        write: async (key, content) => {
          if (error) throw error;
          written.set(key, String(content));
        },
      },
      folder: 'churn',
      percentage: 100,
      now: () => now,
      onFailure: () => failures++,
      ...changes,
    });

  const exchange = (eventId: string, changes: Partial<Exchange> = {}): Exchange => ({
    question: {},
    rows: [[1, 2]],
    predictions: [0.5],
    variant: 'blue',
    eventId,
    time: now,
    ...changes,
  });
  const eventsIn = (key: string) => {
    const { requests, unreadable } = parseCapture(written.get(key) ?? '');
    expect(unreadable).toBe(0);
    return requests.map(({ eventId }) => eventId);
  };

  test('writes what it has taken only when it is flushed, and once', async () => {
    recorder.record(exchange('first'));
    expect(written.size).toBe(0);
    await recorder.flush(signal);
    expect(eventsIn(FIRST)).toEqual(['first']);
    written.clear();
    await recorder.flush(signal);
    expect(written.size).toBe(0);
  });

  test('writes at once after a quiet time, and then what gathers within an interval, or becomes much', async () => {
    recorder = recorderOf({ intervalMillis: 10_000 });
    const at = async (seconds: number, changes: Partial<Exchange> = {}) => {
      now = new Date(START.getTime() + seconds * 1000);
      recorder.record(exchange(seconds === 0 ? 'first' : `after-${seconds}`, changes));
      await recorder.flushIfDue(signal);
    };
    await at(0);
    await at(4);
    await at(9);
    expect([...written.keys()]).toEqual([FIRST]);
    await at(10);
    expect([...written.keys()].map(eventsIn)).toEqual([['first'], ['after-4', 'after-9', 'after-10']]);
    await at(11, {
      rows: Array.from({ length: 10_000 }, () => [1, 2]),
      predictions: Array(10_000).fill(0.5),
    });
    expect(written.size).toBe(3);
  });

  test('writes an object for each variant and hour', async () => {
    recorder.record(exchange('first'));
    recorder.record(exchange('second'));
    recorder.record(exchange('green', { variant: 'green' }));
    recorder.record(exchange('later', { time: new Date('2026-11-24T11:00:00Z') }));
    await recorder.flush(signal);
    expect(Object.fromEntries([...written.keys()].map((key) => [key, eventsIn(key)]))).toEqual({
      [FIRST]: ['first', 'second'],
      'capture/churn/green/2026/11/24/10/07-08-009-green.jsonl': ['green'],
      'capture/churn/blue/2026/11/24/11/00-00-000-later.jsonl': ['later'],
    });
  });

  test('writes what failed with what came since, by the same key, so that an attempt that did arrive is written over', async () => {
    error = new Error('Slow Down');
    recorder.record(exchange('first'));
    await recorder.flush(signal);
    expect(failures).toBe(1);
    expect(warn).toHaveBeenCalledWith(
      `1 requests could not be recorded in ${FIRST}, and wait for the next attempt`,
      error,
    );
    error = undefined;
    now = new Date(START.getTime() + 9 * 60_000);
    recorder.record(exchange('second'));
    await recorder.flush(signal);
    expect([...written.keys()]).toEqual([FIRST]);
    expect(eventsIn(FIRST)).toEqual(['first', 'second']);
    expect(failures).toBe(1);
  });

  test('keeps what is taken while a write fails behind what failed', async () => {
    error = new Error('Slow Down');
    recorder.record(exchange('first'));
    const flushed = recorder.flush(signal);
    recorder.record(exchange('second'));
    await flushed;
    error = undefined;
    await recorder.flush(signal);
    expect(eventsIn(FIRST)).toEqual(['first', 'second']);
  });

  test.each([
    ['for more than 10 minutes', 601_000, [[1, 2]]],
    ['and is larger than 1 MiB', 0, Array.from({ length: 150_000 }, () => [1.25, 2.5])],
  ])('gives up what could not be written %s', async (_title, milliseconds, rows) => {
    error = new Error('Access Denied');
    recorder.record(exchange('first', { rows }));
    now = new Date(START.getTime() + milliseconds);
    await recorder.flush(signal);
    expect(failures).toBe(1);
    expect(warn).toHaveBeenCalledWith(`1 requests could not be recorded in ${FIRST}, and are lost`, error);
    error = undefined;
    await recorder.flush(signal);
    expect(written.size).toBe(0);
  });
});
