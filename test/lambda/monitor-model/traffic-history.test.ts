import type { ArtifactStore } from '../../../lambda/aws/store';
import type { WatchedModel } from '../../../lambda/aws/watched-models/watched-model';
import { baselineProfile, type DatasetProfile, profileRows } from '../../../lambda/domain/data/profile';
import { type Hour, hourBefore, hoursEarlier } from '../../../lambda/domain/records/hour';
import { NotProfiledYet } from '../../../lambda/monitor-model/not-profiled-yet';
import { TrafficHistory } from '../../../lambda/monitor-model/traffic-history';
import { captureLines } from '../capture-lines';
import { filesOfRequests } from '../files-of-requests';

const LAST = hourBefore(new Date('2026-11-24T10:10:00Z'));
const LONG_AGO = new Date('2026-01-01T00:00:00Z');
const BASELINE = baselineProfile([{ name: 'x', kind: 'numeric', cells: [1, 2, 3, 4] }]);

const rows = (count: number) => profileRows(BASELINE, ['x'], Array(count).fill({ cells: [2] }));

/** A bucket in memory, and a model of which one row was recorded in each hour. */
function setup({ since = LONG_AGO } = {}) {
  const objects = new Map<string, string>();
  const reads: string[] = [];
  const store = {
    tryReadJson: async (key: string) => {
      reads.push(key);
      const text = objects.get(key);
      return text === undefined ? undefined : JSON.parse(text);
    },
    writeJson: async (key: string, value: unknown) => void objects.set(key, JSON.stringify(value)),
  } as unknown as ArtifactStore;
  const profiled: string[] = [];
  const model = {
    since,
    reportKey: ({ path }: Hour, report: string) => `${path}/${report}`,
  } as unknown as WatchedModel;
  const pending = new Set<string>();
  const groupedHours = {
    profileOrFiles: async ({ path, start }: Hour) => {
      if (pending.has(path)) throw new NotProfiledYet('in groups');
      profiled.push(path);
      const inferenceTime = new Date(start.getTime() + 1).toISOString();
      return filesOfRequests(captureLines([{ eventId: path, inferenceTime, input: '2', answers: [0] }]));
    },
  };
  const keep = (report: string, profile: DatasetProfile, hours: readonly number[]) => {
    for (const hour of hours)
      objects.set(`${hoursEarlier(LAST, hour).path}/${report}`, JSON.stringify(profile));
  };
  return {
    objects,
    reads,
    profiled,
    pending,
    keep,
    history: () => new TrafficHistory(store, model, BASELINE, groupedHours),
  };
}

const upTo = (count: number, step = 1) => Array.from({ length: count }, (_, index) => index * step);

test('an hour is profiled, and so is the day that ends with it', async () => {
  const { objects, keep, history } = setup();
  keep('profile.json', rows(5), upTo(24).slice(1));
  expect(await history().add(LAST)).toMatchObject({ records: 1, profile: { rows: 1 } });
  expect(JSON.parse(objects.get(`${LAST.path}/profile.json`) as string).rows).toBe(1);
  expect(JSON.parse(objects.get(`${LAST.path}/day-profile.json`) as string)).toEqual(rows(0 + 23 * 5 + 1));
});

test('a version in production for less than a day has no profile of a day', async () => {
  const { objects, history } = setup({ since: new Date(LAST.end.getTime() - 23 * 3_600_000) });
  await history().add(LAST);
  expect([...objects.keys()]).toEqual([`${LAST.path}/profile.json`]);
});

test('a week and the same weekday of four weeks are read as one object for each day, each once', async () => {
  const { reads, keep, history } = setup();
  keep('profile.json', rows(5), upTo(24).slice(1));
  keep('day-profile.json', rows(100), upTo(30, 24).slice(1));
  const one = history();
  await one.add(LAST);
  reads.length = 0;
  expect((await one.read(LAST, 24)).rows).toBe(116);
  expect((await one.read(LAST, 7 * 24)).rows).toBe(116 + 6 * 100);
  for (const week of [1, 2, 3, 4])
    expect((await one.read(hoursEarlier(LAST, week * 168), 24)).rows).toBe(100);
  expect(reads).toHaveLength(6 + 4);
  expect(new Set(reads).size).toBe(reads.length);
});

test('hours that are no whole days are read by the hour, and so are days that were not kept', async () => {
  const { keep, history } = setup();
  keep('profile.json', rows(5), upTo(60));
  keep('day-profile.json', rows(100), [0]);
  expect((await history().read(LAST, 3)).rows).toBe(15);
  expect((await history().read(LAST, 26)).rows).toBe(100 + 2 * 5);
  expect((await history().read(LAST, 48)).rows).toBe(100 + 24 * 5);
});

test('an hour that was counted in other bins is profiled again, a day of them in each run', async () => {
  const { keep, profiled, history } = setup();
  const other = baselineProfile([{ name: 'x', kind: 'numeric', cells: [7, 8] }]);
  keep('profile.json', other, upTo(48));
  await expect(history().read(LAST, 48)).rejects.toThrow(NotProfiledYet);
  expect(profiled).toHaveLength(24);
  expect((await history().read(LAST, 48)).rows).toBe(48);
  expect(new Set(profiled).size).toBe(48);
});

test('an hour that a workflow profiles has no profile yet, and the day that has it is read later', async () => {
  const { objects, pending, keep, history } = setup();
  keep('profile.json', rows(5), upTo(24).slice(2));
  pending.add(hoursEarlier(LAST, 1).path);
  const one = history();
  expect((await one.add(LAST)).records).toBe(1);
  expect(objects.has(`${LAST.path}/day-profile.json`)).toBe(false);
  await expect(one.read(LAST, 24)).rejects.toThrow(NotProfiledYet);
  expect((await one.read(LAST, 1)).rows).toBe(1);
  pending.add(LAST.path);
  await expect(history().add(LAST)).rejects.toThrow(NotProfiledYet);
});
