import { parquetWriteBuffer } from 'hyparquet-writer';
import { baselineProfile } from '../../../lambda/domain/data/profile';
import { hourBefore } from '../../../lambda/domain/records/hour';
import { firstProblem } from '../../../lambda/domain/traffic/capture-profile';
import { profileCapture } from '../../../lambda/profile-capture/profile-capture';
import { captureLines } from '../capture-lines';
import { filesOfRequests } from '../files-of-requests';

const SINCE = new Date('2026-11-24T09:00:00Z');
const BASELINE = baselineProfile(
  [
    { name: 'age', kind: 'numeric', cells: [1, 2, 3, 4] },
    { name: 'plan', kind: 'numeric', cells: [0, 1, 0, 1] },
  ],
  [0.1, 0.2, 0.3, 0.4],
);
const PROPS = { baseline: BASELINE, columns: ['age', 'plan'], since: SINCE };

describe('profileCapture', () => {
  test('counts the rows of all files', async () => {
    const whole = [record(['1,0', '2,1'], [0.1, 0.2]), record(['3,0'], [0.3])];
    const together = await profileCapture(filesOfRequests(whole.join('\n')), PROPS);
    const apart = await profileCapture(filesOfRequests(...whole), PROPS);
    expect(together.profile.rows).toBe(3);
    expect(apart).toEqual(together);
    const again = await profileCapture(
      filesOfRequests(record(['1,0', '2,1', '3,0'], [0.1, 0.2, 0.3])),
      PROPS,
    );
    expect(again.profile).toEqual(together.profile);
  });

  test('reads requests and answers in Parquet as in CSV, by the names of the columns', async () => {
    const csv = [record(['1,0', '2,1'], [0.1, 0.2]), record(['3,0'], [0.3]), record(['4,'], [0.4])];
    const parquet = [
      csv[0] as string,
      inParquet(csv[1] as string, { plan: [0], age: [3] }),
      inParquet(csv[2] as string, { plan: [null], other: [1], age: [4] }, { score: [0.4] }),
    ];
    const found = await profileCapture(filesOfRequests(parquet.join('\n')), PROPS);
    expect(found).toEqual(await profileCapture(filesOfRequests(csv.join('\n')), PROPS));
    expect(found.records).toBe(3);
  });

  test('rejects a payload that is labeled Parquet but cannot be read as such', async () => {
    const broken = JSON.parse(inParquet(record(['3,0'], [0.3]), { age: [3] }));
    broken.captureData.endpointInput.data = Buffer.from('PAR1 or not').toString('base64');
    const found = await profileCapture(filesOfRequests(JSON.stringify(broken)), PROPS);
    expect(found).toMatchObject({ records: 1, unreadable: 1, rejections: { content: 1 } });
    expect(firstProblem(found)).toBe('1.jsonl, line 1: captured input is not Parquet that can be read');
  });

  test('counts a request once that is delivered again in another file', async () => {
    const one = record(['1,0', '2,1'], [0.1, 0.2]);
    const two = record(['3,0']);
    const again = await profileCapture(filesOfRequests(`${one}\n${two}`, `${two}\n${one}`), PROPS);
    expect(again.profile.rows).toBe(2);
    expect(again.unreadable).toBe(1);
  });

  test('keeps out what the variant answered before it held this version', async () => {
    const earlier = record(['1,0'], [0.1], '2026-11-24T08:59:59Z');
    const { profile, unreadable } = await profileCapture(
      filesOfRequests(earlier, record(['2,1'], [0.2])),
      PROPS,
    );
    expect(profile.rows).toBe(1);
    expect(unreadable).toBe(0);
  });

  test('counts lines that cannot be read and requests without a response, and tells the first problem', async () => {
    const found = await profileCapture(
      filesOfRequests(record(['1,0']), `garbage\n${record(['2,1'], [0.2])}`),
      PROPS,
    );
    expect(found).toMatchObject({ profile: { rows: 1 }, unreadable: 2 });
    expect(firstProblem(found)).toBe('1.jsonl, line 1: a record has a request and no response');
  });

  test('finds nothing in no files', async () => {
    expect(await profileCapture(filesOfRequests(), PROPS)).toMatchObject({
      profile: { rows: 0 },
      unreadable: 0,
    });
  });
});

describe('hourBefore', () => {
  test.each([
    ['2026-11-24T10:10:00Z', '2026/11/24/09', '2026-11-24T10:00:00.000Z'],
    ['2026-11-24T10:00:00Z', '2026/11/24/09', '2026-11-24T10:00:00.000Z'],
    ['2027-01-01T00:59:59Z', '2026/12/31/23', '2027-01-01T00:00:00.000Z'],
  ])('is the last whole hour before %s', (time, path, end) => {
    const hour = hourBefore(new Date(time));
    expect(hour.path).toBe(path);
    expect(hour.end.toISOString()).toBe(end);
    expect(hour.end.getTime() - hour.start.getTime()).toBe(3_600_000);
  });
});

function record(rows: string[], answers?: number[], inferenceTime = '2026-11-24T09:30:00Z'): string {
  const eventId = `${inferenceTime} ${rows}`;
  return captureLines([{ eventId, inferenceTime, input: rows.join('\n'), answers }]);
}

type Columns = Readonly<Record<string, readonly (number | null)[]>>;

/** The record with payloads as SageMaker records those of content types that are no text. */
function inParquet(line: string, input: Columns, output?: Columns): string {
  const captured = JSON.parse(line);
  const payload = (mode: string, columns: Columns) => ({
    observedContentType: 'application/x-parquet',
    mode,
    data: Buffer.from(
      parquetWriteBuffer({
        columnData: Object.entries(columns).map(([name, data]) => ({
          name,
          data: [...data],
          type: 'DOUBLE',
        })),
      }),
    ).toString('base64'),
    encoding: 'BASE64',
  });
  captured.captureData.endpointInput = payload('INPUT', input);
  if (output) captured.captureData.endpointOutput = payload('OUTPUT', output);
  return JSON.stringify(captured);
}
