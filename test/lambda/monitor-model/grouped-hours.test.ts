import { Readable } from 'node:stream';
import fc from 'fast-check';
import type { RecordedFile } from '../../../lambda/aws/recorded-files';
import type { StoredObject } from '../../../lambda/aws/store';
import type { WatchedModel } from '../../../lambda/aws/watched-models/watched-model';
import { baselineProfile } from '../../../lambda/domain/data/profile';
import { type Hour, hourBefore } from '../../../lambda/domain/records/hour';
import type { GroupSize } from '../../../lambda/domain/traffic/capture-groups';
import type { CaptureProfile } from '../../../lambda/domain/traffic/capture-profile';
import { type GroupedHourInput, GroupedHours } from '../../../lambda/monitor-model/grouped-hours';
import { NotProfiledYet } from '../../../lambda/monitor-model/not-profiled-yet';
import { profileCapture } from '../../../lambda/profile-capture/profile-capture';
import { profileGroup } from '../../../lambda/profile-capture/profile-group';
import { captureLine } from '../capture-arbitraries';
import { captureLines } from '../capture-lines';

const HOUR = hourBefore(new Date('2026-11-24T10:10:00Z'));
const SINCE = new Date('2026-11-24T09:00:00Z');
const BASELINE = baselineProfile(
  [
    { name: 'age', kind: 'numeric', cells: [1, 2, 3, 4] },
    { name: 'plan', kind: 'categorical', cells: ['basic', 'é', 'basic', 'gold'] },
    { name: 'city', kind: 'numeric', cells: [-0.5, 0, 0.5, 1e6] },
  ],
  [0.1, 0.2, 0.3, 0.4],
);
const PREFIX = 'capture/churn/green/2026/11/24/09/';

class Killed extends Error {}

/** A bucket in memory. Whoever works on it is killed at a call, before or after it has had its effect. */
class Bucket {
  readonly objects = new Map<string, string>();
  /** Calls until the next kill. */
  callsLeft = Number.POSITIVE_INFINITY;

  async *list(prefix: string, after = ''): AsyncGenerator<StoredObject> {
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > after);
    for (const key of keys.sort()) yield { key, bytes: (this.objects.get(key) as string).length };
  }

  readSmall = (key: string) => this.call(() => Buffer.from(this.objects.get(key) as string));
  readStream = async (key: string) => Readable.from([await this.readSmall(key)]);
  readJson = (key: string) => this.call(() => JSON.parse(this.objects.get(key) as string));
  tryReadJson = (key: string) => this.call(() => JSON.parse(this.objects.get(key) ?? 'null') ?? undefined);
  writeJson = (key: string, value: unknown) =>
    this.call(() => void this.objects.set(key, JSON.stringify(value)));
  writeOnce = (key: string, content: string | Uint8Array) =>
    this.call(() => {
      if (this.objects.has(key)) return false;
      this.objects.set(key, String(content));
      return true;
    });

  private async call<T>(effect: () => T): Promise<T> {
    const left = this.callsLeft--;
    if (left <= 0) throw new Killed();
    const result = effect();
    if (left === 1) throw new Killed();
    return result;
  }
}

/** A monitor, and the executions that it has started. */
function setup(files: readonly string[], size: GroupSize, hasWorkflow = true) {
  const bucket = new Bucket();
  files.forEach((content, index) => {
    bucket.objects.set(`${PREFIX}${String(index).padStart(3, '0')}.jsonl`, content);
  });
  const model = {
    since: SINCE,
    recordings: () => ({ bucket: 'captures', prefix: PREFIX }),
    capturePlanKey: ({ path }: Hour, id: string) => `answers/1.0.0/${path}-groups/${id}/plan.json`,
  } as unknown as WatchedModel;
  const executions = new Map<string, GroupedHourInput>();
  const monitor = (hasEnded = false, invokedFor = HOUR) =>
    new GroupedHours({
      store: bucket,
      storeOf: () => bucket,
      ...(hasWorkflow && { start: async (name, input) => void executions.set(name, input) }),
      invokedFor,
      hasEnded,
      size,
    }).profileOrFiles(HOUR, model, BASELINE);
  const groups = () => {
    const [{ list }] = [...executions.values()] as [GroupedHourInput];
    return JSON.parse(bucket.objects.get(list) as string) as { plan: string; group: number }[];
  };
  const profile = (group: { plan: string; group: number }) =>
    profileGroup(group, { store: bucket, storeOf: () => bucket });
  return { bucket, monitor, executions, groups, profile };
}

const props = () => ({ baseline: BASELINE, columns: Object.keys(BASELINE.features), since: SINCE });

async function* filesOf(files: readonly string[]) {
  for (const [index, content] of files.entries()) {
    const chunks = Readable.from([Buffer.from(content)]);
    yield { key: `${PREFIX}${String(index).padStart(3, '0')}.jsonl`, chunks };
  }
}

test('an hour in groups is profiled as in one function, whatever is killed, comes twice, or in another order', async () => {
  const file = fc.array(captureLine, { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n'));
  const whole = { bytes: 1e9, files: 1e9, knownBytes: 1e9 };
  const size = fc.oneof(
    fc.integer({ min: 1, max: 3 }).map((most) => ({ ...whole, files: most })),
    fc.integer({ min: 1, max: 2000 }).map((bytes) => ({ ...whole, bytes })),
  );
  const kills = fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(file, { minLength: 1, maxLength: 8 }),
      size,
      kills,
      fc.array(fc.nat()),
      async (files, of, killsLeft, order) => {
        const { bucket, monitor, executions, groups, profile } = setup(files, of);
        const survive = async <T>(work: () => Promise<T>): Promise<T> => {
          bucket.callsLeft = killsLeft.pop() ?? Number.POSITIVE_INFINITY;
          try {
            return await work();
          } catch (error) {
            if (!(error instanceof Killed)) throw error;
            return survive(work);
          }
        };
        const expected = await profileCapture(filesOf(files), props());
        const first = await survive(() => monitor().catch(unlessPending));
        if (executions.size === 0) {
          bucket.callsLeft = Number.POSITIVE_INFINITY;
          expect(await profileCapture(first as AsyncIterable<RecordedFile>, props())).toEqual(expected);
          return;
        }
        const all = groups();
        const twice = [...order.map((index) => all[index % all.length] as (typeof all)[number]), ...all];
        for (const group of twice) await survive(() => profile(group));
        expect(await survive(() => monitor(true))).toEqual(expected);
        expect(executions.size).toBe(1);
      },
    ),
    { numRuns: 100 },
  );
}, 60_000);

function unlessPending(error: unknown): undefined {
  if (!(error instanceof NotProfiledYet)) throw error;
}

const SMALL = { bytes: 1e9, files: 1, knownBytes: 1 };
const request = (eventId: string) =>
  captureLines([{ eventId, inferenceTime: '2026-11-24T09:30:00Z', input: '1,basic,0', answers: [0.1] }]);

test('a request that is delivered again in the next group counts once', async () => {
  const files = ['a', 'b', 'b', 'c'].map(request);
  const { monitor, groups, profile } = setup(files, SMALL);
  await expect(monitor()).rejects.toThrow('are being profiled');
  for (const group of groups()) await profile(group);
  expect(((await monitor(true)) as CaptureProfile).records).toBe(3);
});

test('files that are delivered while groups are profiled count, and a group that is profiled again stands', async () => {
  const { bucket, monitor, groups, profile } = setup(['a', 'b'].map(request), SMALL);
  await expect(monitor()).rejects.toThrow(NotProfiledYet);
  const [first, last] = groups() as [{ plan: string; group: number }, { plan: string; group: number }];
  bucket.objects.set(`${PREFIX}009.jsonl`, request('late'));
  await profile(last);
  await profile(first);
  bucket.objects.set(`${PREFIX}010.jsonl`, request('too late'));
  await profile(last);
  expect(((await monitor(true)) as CaptureProfile).records).toBe(3);
});

test('without a workflow, an hour of three groups is left to one function, and one of four is refused', async () => {
  const files = ['a', 'b', 'c', 'd'].map(request);
  const left = (await setup(files.slice(1), SMALL, false).monitor()) as AsyncIterable<RecordedFile>;
  expect((await profileCapture(left, props())).records).toBe(3);
  await expect(setup(files, SMALL, false).monitor()).rejects.toThrow(
    `the files below s3://captures/${PREFIX} are 4 groups of 4 GiB or 50,000 files, and one function profiles 3: deploy the monitor with monitoring.parallelProfiling`,
  );
});

test('a group without a profile is an error once the workflow has ended, and the next hour starts it again', async () => {
  const { monitor, executions, groups, profile } = setup(['a', 'b', 'c'].map(request), SMALL);
  await expect(monitor()).rejects.toThrow(NotProfiledYet);
  await profile(groups()[1] as { plan: string; group: number });
  await expect(monitor(true)).rejects.toThrow(
    `2 of 3 groups of files below s3://captures/${PREFIX} could not be profiled: see the log of the function profile-capture`,
  );
  expect(executions.size).toBe(1);
  await expect(monitor(false, hourBefore(new Date('2026-11-24T11:10:00Z')))).rejects.toThrow(NotProfiledYet);
  expect([...executions.keys()]).toEqual([
    expect.stringMatching(/^[0-9a-f]{16}-2026112409-2026112409$/),
    expect.stringMatching(/^[0-9a-f]{16}-2026112409-2026112410$/),
  ]);
});
