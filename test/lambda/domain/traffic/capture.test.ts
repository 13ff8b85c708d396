import fc from 'fast-check';
import { parseCapture, SMOKE_TEST_ID } from '../../../../lambda/domain/traffic/capture';

type Encoding = 'CSV' | 'JSON' | 'BASE64';

const payload = (mode: string, data: string, encoding: Encoding, observedContentType: string) => ({
  observedContentType,
  mode,
  data: encoding === 'BASE64' ? Buffer.from(data).toString('base64') : data,
  encoding,
});

const record = (
  input: string,
  output: string,
  { encoding = 'CSV' as Encoding, type = 'text/csv', metadata = {} } = {},
) =>
  JSON.stringify({
    captureData: {
      endpointInput: payload('INPUT', input, encoding, type),
      endpointOutput: payload('OUTPUT', output, encoding, type),
    },
    eventMetadata: { eventId: 'e1', inferenceTime: '2026-11-24T05:00:00Z', ...metadata },
    eventVersion: '0',
  });

const JSON_RECORD = { encoding: 'JSON' as const, type: 'application/json' };

const only = (line: string) => {
  const capture = parseCapture(line);
  expect(capture).toMatchObject({ unreadable: 0 });
  return capture.requests[0];
};

test('a CSV record of several rows and a trailing newline', () => {
  expect(only(record('1,2.5\n3,4\n', '0.25\n0.75\n', { metadata: { inferenceId: 'i1' } }))).toEqual({
    eventId: 'e1',
    inferenceId: 'i1',
    inferenceTime: '2026-11-24T05:00:00Z',
    rows: [
      ['1', '2.5'],
      ['3', '4'],
    ],
    predictions: [0.25, 0.75],
  });
});

test('predictions on one line, separated by commas', () => {
  expect(only(record('1\n2\n3', '0.1,0.2,0.3'))?.predictions).toEqual([0.1, 0.2, 0.3]);
});

test('quoted text in CSV', () => {
  expect(only(record('"a, ""b""",2', '0.5'))?.rows).toEqual([['a, "b"', '2']]);
});

test.each([
  ['arrays', '[[1,2],[3,null]]', '[0.1,0.2]'],
  ['a nested answer', '[[1,2],[3,null]]', '[[0.1],[0.2]]'],
  ['instances', '{"instances":[[1,2],[3,null]]}', '{"predictions":[0.1,0.2]}'],
  [
    'features and scores',
    '{"instances":[{"features":[1,2]},{"features":[3,null]}]}',
    '{"predictions":[{"score":0.1},{"score":0.2}]}',
  ],
])('JSON: %s', (_, input, output) => {
  const request = only(record(input, output, { encoding: 'JSON', type: 'application/json' }));
  expect(request?.rows).toEqual([
    [1, 2],
    [3, Number.NaN],
  ]);
  expect(request?.predictions).toEqual([0.1, 0.2]);
});

test('JSON: a flat array is one row and a bare number one answer', () => {
  const request = only(record('[1,2,3]', '0.5', { encoding: 'JSON', type: 'application/json' }));
  expect(request).toMatchObject({ rows: [[1, 2, 3]], predictions: [0.5] });
});

test.each([
  ['text/csv; charset=utf-8', '1,2\n', '0.5\n', ['1', '2']],
  ['application/json', '[[1,2]]', '[0.5]', [1, 2]],
])('base64 of %s', (type, input, output, row) => {
  expect(only(record(input, output, { encoding: 'BASE64', type }))).toMatchObject({
    rows: [row],
    predictions: [0.5],
  });
});

test('true is 1 and false is 0, as in training data', () => {
  const request = only(record('[[true,2.5],[false,1]]', '[0.4,0.6]', JSON_RECORD));
  expect(request?.rows).toEqual([
    [1, 2.5],
    [0, 1],
  ]);
});

test('NaN and Infinity of a JSON request, as Python writes them, are no numbers', () => {
  const request = only(record('[[NaN,-Infinity,"NaN"]]', '[0.4]', JSON_RECORD));
  expect(request?.rows).toEqual([[Number.NaN, Number.NaN, 'NaN']]);
});

test.each([
  ['features on each line', '{"features":[1,2]}\n{"features":[3,4]}\n', '{"score":0.1}\n{"score":0.2}\n'],
  ['a list on each line', '[1,2]\n[3,4]', '0.1\n0.2'],
  ['instances on one line', '{"instances":[[1,2],[3,4]]}', '{"predictions":[0.1,0.2]}'],
])('JSON lines: %s', (_, input, output) => {
  const rows = [
    [1, 2],
    [3, 4],
  ];
  for (const encoding of ['JSON', 'BASE64'] as const) {
    const request = only(record(input, output, { encoding, type: 'application/jsonlines' }));
    expect(request).toMatchObject({ rows, predictions: [0.1, 0.2] });
  }
});

test('requests of smoke tests are left out', () => {
  const lines = [
    record('1,2', '0.5', { metadata: { inferenceId: SMOKE_TEST_ID } }),
    record('3,4', '0.5', { metadata: { inferenceId: 'i1' } }),
  ];
  const { requests, unreadable } = parseCapture(lines.join('\n'));
  expect(requests.map(({ inferenceId }) => inferenceId)).toEqual(['i1']);
  expect(unreadable).toBe(0);
});

test('a record without a response has rows and no predictions', () => {
  const line = JSON.parse(record('1,2', '0.5'));
  delete line.captureData.endpointOutput;
  const request = only(JSON.stringify(line));
  expect(request?.rows).toEqual([['1', '2']]);
  expect(request).not.toHaveProperty('predictions');
});

test.each([
  ['text that is not JSON', 'garbage', 'line 2: capture record is not JSON'],
  ['JSON that is no record', '{"a":1}', 'line 2: capture record is not valid: captureData'],
  [
    'another number of predictions',
    record('1\n2', '0.5'),
    'line 2: capture record has 2 rows and 1 predictions',
  ],
  [
    'an answer that is no number',
    record('1', 'error'),
    'line 2: captured output has a value that is not a number',
  ],
  ['no rows', record('\n', '0.5'), 'line 2: capture record has no rows'],
  ['a broken quote', record('"1,2', '0.5'), 'line 2: '],
  [
    'an image',
    record('xyz', '0.5', { encoding: 'BASE64', type: 'image/png' }),
    "line 2: captured input has the content type 'image/png', which is not read",
  ],
])('%s is counted and not fatal', (_, line, problem) => {
  const capture = parseCapture(`${record('1', '0.5')}\n${line}\n${record('2', '0.6')}\n`);
  expect(capture.requests.map(({ predictions }) => predictions)).toEqual([[0.5], [0.6]]);
  expect(capture.unreadable).toBe(1);
  expect(capture.firstProblem).toContain(problem);
});

test('no text throws, whatever it is', () => {
  const line = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.string().map((s) => record(s, s)),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const text = lines.join('\n');
      const { requests, unreadable } = parseCapture(text);
      expect(requests.length + unreadable).toBe(text.split('\n').filter((l) => l.trim() !== '').length);
    }),
  );
});
