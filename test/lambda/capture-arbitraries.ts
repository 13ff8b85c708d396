import fc from 'fast-check';
import { SMOKE_TEST_ID } from '../../lambda/domain/traffic/capture';

const cell = fc.oneof(
  fc.constantFrom('1', '2.5', '-0.5', '1e3', '', 'NA', 'basic', 'gold', 'é', 'other', '"a,b"', '\ufeff', ' '),
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
/** Lines of files of data capture: plain ones, ones of all other forms, damaged ones and no records. */
export const captureLine = fc.oneof(
  { weight: 4, arbitrary: plain.map(lineOf) },
  { weight: 3, arbitrary: like.map(lineOf) },
  {
    weight: 1,
    arbitrary: fc.tuple(plain.map(lineOf), fc.nat({ max: 300 }), fc.string({ maxLength: 2 })).map(damaged),
  },
  { weight: 1, arbitrary: fc.constantFrom('', ' ', '{}', 'garbage', '[1]', '\ufeff') },
);

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
