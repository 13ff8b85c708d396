import fc from 'fast-check';
import { certaintiesOf } from '../../../../lambda/domain/data/certainty';
import {
  baselineProfile,
  type DatasetProfile,
  profileNumbers,
  profileRows,
} from '../../../../lambda/domain/data/profile';
import {
  type CapturedRequest,
  isSmokeTest,
  readRecord,
  SMOKE_TEST_ID,
} from '../../../../lambda/domain/traffic/capture';
import {
  CaptureCounter,
  type CaptureProfile,
  type RejectedSample,
} from '../../../../lambda/domain/traffic/capture-counter';
import { RejectedRecord } from '../../../../lambda/domain/traffic/payload/rejected-record';

const SINCE = new Date('2026-11-24T09:00:00Z');
const COLUMNS = ['age', 'plan', 'city'];
const BASELINE = baselineProfile(
  [
    { name: 'age', kind: 'numeric', cells: [1, 2, 3, 4] },
    { name: 'plan', kind: 'categorical', cells: ['basic', 'é', 'basic', 'gold'] },
    { name: 'city', kind: 'numeric', cells: [-0.5, 0, 0.5, 1e6] },
  ],
  [0.1, 0.2, 0.3, 0.4],
);
const { prediction: _, ...WITHOUT_PREDICTION } = BASELINE;
const WITH_CERTAINTY = {
  ...BASELINE,
  certainty: {
    confidence: profileNumbers([0.5, 0.7, 0.9], [0.5, 0.7, 0.9]),
    entropy: profileNumbers([0.2, 0.4], [0.2, 0.4]),
  },
};

describe('a file of capture records is counted as its records are read one by one', () => {
  const cell = fc.oneof(
    fc.constantFrom(
      '1',
      '2.5',
      '-0.5',
      '1e3',
      '',
      'NA',
      'basic',
      'gold',
      'é',
      'other',
      '"a,b"',
      '\ufeff',
      ' ',
    ),
    fc.double({ noNaN: true }).map(String),
  );
  const row = fc.array(cell, { minLength: 0, maxLength: 5 }).map((cells) => cells.join(','));
  const input = fc
    .tuple(fc.array(row, { maxLength: 3 }), fc.constantFrom('\n', '\r\n', '\n\n'), fc.boolean())
    .map(([rows, end, isEnded]) => rows.join(end) + (isEnded ? end : ''));
  const answers = fc
    .tuple(
      fc.array(fc.constantFrom('0.1', '1', '', 'NaN', 'inf', '1e999', '1e-3', 'x'), { maxLength: 4 }),
      fc.constantFrom(',', '\n'),
    )
    .map(([numbers, between]) => numbers.join(between));
  const like = fc.record({
    input,
    output: fc.option(answers, { nil: undefined, freq: 5 }),
    type: fc.constantFrom(
      'text/csv',
      'text/csv',
      'text/csv',
      'application/json',
      'application/jsonlines',
      undefined,
    ),
    encoding: fc.constantFrom('CSV', 'CSV', 'CSV', 'CSV', 'JSON', 'BASE64'),
    eventId: fc.constantFrom('a', 'b', 'c', 'd', 'é', 'e"f', 'g\\h'),
    inferenceId: fc.constantFrom(undefined, undefined, 'mine', SMOKE_TEST_ID),
    inferenceTime: fc.constantFrom(
      '2026-11-24T09:30:00Z',
      '2026-11-24T08:59:59Z',
      '2026-11-24T09:00:00.000Z',
      '?',
    ),
    isReversed: fc.constantFrom(false, false, false, true),
    space: fc.constantFrom(undefined, undefined, 1),
  });
  // Most lines are plain and answer each row, so that templates are learned and used.
  const plain = fc.nat({ max: 1000 }).chain((number) =>
    fc
      .tuple(
        fc.constantFrom('1,basic,0', '2.5,gold,-7', '3,é,x', '4,other,\n5,basic,6\n'),
        fc.constantFrom(
          '0.125',
          '0.5',
          'nan',
          '0.7,0.2,0.1',
          '0.7,nan,0.1',
          '2,3,1',
          '0.25,0.75',
          '0.5,0.6',
          'nan,nan',
        ),
      )
      .map(([rows, answer]) => ({
        input: rows,
        output: rows.includes('\n') ? `${answer}\n${answer}\n` : answer,
        type: 'text/csv',
        encoding: 'CSV',
        eventId: `id-${number}`,
        inferenceId: undefined,
        inferenceTime: '2026-11-24T09:30:00Z',
        isReversed: false,
        space: undefined,
      })),
  );
  const line = fc.oneof(
    { weight: 4, arbitrary: plain.map(lineOf) },
    { weight: 3, arbitrary: like.map(lineOf) },
    {
      weight: 1,
      arbitrary: fc.tuple(plain.map(lineOf), fc.nat({ max: 300 }), fc.string({ maxLength: 2 })).map(damaged),
    },
    { weight: 1, arbitrary: fc.constantFrom('', ' ', '{}', 'garbage', '[1]', '\ufeff') },
  );

  test.each([
    ['with answers in the baseline', BASELINE],
    ['without', WITHOUT_PREDICTION],
    ['with the certainty of several classes', WITH_CERTAINTY],
  ])('%s', (_, baseline) => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        expect(counted(baseline, lines)).toEqual(readOneByOne(baseline, lines));
      }),
      { numRuns: 400 },
    );
  });
});

test('names that come twice in a record count as JSON reads them, the last ones', () => {
  const twice = (eventId: string) =>
    `{"captureData":{"endpointInput":{"data":"1,basic,0","encoding":"CSV"},"endpointOutput":{"data":"0.1","encoding":"CSV"}},"captureData":{"endpointInput":{"data":"2,gold,0","encoding":"CSV"}},"eventMetadata":{"eventId":"${eventId}","inferenceTime":"2026-11-24T09:30:00Z"}}`;
  const lines = [twice('a'), twice('b'), twice('c')];
  expect(counted(BASELINE, lines)).toEqual(readOneByOne(BASELINE, lines));
  expect(counted(BASELINE, lines).unreadable).toBe(3);
});

interface Like {
  readonly input: string;
  readonly output?: string | undefined;
  readonly type?: string | undefined;
  readonly encoding: string;
  readonly eventId: string;
  readonly inferenceId?: string | undefined;
  readonly inferenceTime: string;
  readonly isReversed: boolean;
  readonly space?: number | undefined;
}

function lineOf({ input, output, type, encoding, isReversed, space, ...eventMetadata }: Like): string {
  const payload = (mode: string, data: string) => ({
    observedContentType: type,
    mode,
    data: encoding === 'BASE64' ? Buffer.from(data).toString('base64') : data,
    encoding,
  });
  const parts = [
    [
      'captureData',
      {
        endpointInput: payload('INPUT', input),
        ...(output !== undefined && { endpointOutput: payload('OUTPUT', output) }),
      },
    ],
    ['eventMetadata', eventMetadata],
    ['eventVersion', '0'],
  ];
  if (isReversed) parts.reverse();
  return JSON.stringify(Object.fromEntries(parts), undefined, space).replaceAll('\n', ' ');
}

function damaged([line, at, text]: readonly [string, number, string]): string {
  return (line.slice(0, at) + text + line.slice(at + 1)).replaceAll('\n', ' ');
}

function counted(baseline: DatasetProfile, lines: readonly string[]): Omit<CaptureProfile, 'firstProblem'> {
  const counter = new CaptureCounter({ baseline, columns: COLUMNS, since: SINCE });
  const file = Buffer.from(lines.join('\n'));
  let start = 0;
  for (const line of lines) {
    const end = start + Buffer.byteLength(line);
    counter.add(file, start, end, () => 'a line');
    start = end + 1;
  }
  const { firstProblem, ...rest } = counter.profile();
  expect(firstProblem === undefined).toBe(rest.unreadable === 0);
  return rest;
}

function readOneByOne(
  baseline: DatasetProfile,
  lines: readonly string[],
): Omit<CaptureProfile, 'firstProblem'> {
  let records = 0;
  const rejected: RejectedSample[] = [];
  const reject = (error: RejectedRecord, record: string) => {
    rejected.push({ place: 'a line', reason: error.rejection, problem: error.message, record });
  };
  const ids = new Set<string>();
  const rows = [];
  for (const line of lines) {
    // The bytes of a file are UTF-8, in which a lone half of a letter is another one.
    const text = Buffer.from(line).toString();
    if (text.trim() === '') continue;
    let request: CapturedRequest;
    try {
      request = readRecord(text, COLUMNS);
    } catch (error) {
      reject(error as RejectedRecord, text);
      records++;
      continue;
    }
    const { eventId, inferenceTime, rows: cells, predictions, probabilities } = request;
    if (isSmokeTest(request) || ids.has(eventId)) continue;
    ids.add(eventId);
    if (Date.parse(inferenceTime) < SINCE.getTime()) continue;
    records++;
    if (!predictions && baseline.prediction) {
      reject(new RejectedRecord('noAnswer', 'a record has a request and no response'), text);
    } else {
      const certainties = probabilities && certaintiesOf(probabilities, probabilities.length / cells.length);
      rows.push(
        ...cells.map((row, index) => ({
          cells: row,
          prediction: predictions?.[index],
          certainty: certainties?.[index],
        })),
      );
    }
  }
  const reasons = rejected.map(({ reason }) => reason);
  return {
    profile: profileRows(baseline, COLUMNS, rows),
    records,
    unreadable: rejected.length,
    rejections: Object.fromEntries(
      reasons.map((one) => [one, reasons.filter((other) => other === one).length]),
    ),
    rejected: rejected.slice(0, 20),
  };
}
