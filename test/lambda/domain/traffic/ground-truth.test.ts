import fc from 'fast-check';
import { parseGroundTruth, requestId } from '../../../../lambda/domain/traffic/ground-truth';

const line = (data: string, encoding = 'CSV', eventMetadata: object = { eventId: 'a' }) =>
  JSON.stringify({ groundTruthData: { data, encoding }, eventMetadata, eventVersion: '0' });

test('reads a label for each row of a request', () => {
  const text = [line('1'), '', line('0\n1\n', 'CSV'), line('[0.5, 2]', 'JSON', { eventId: 'b' })].join('\n');
  expect(parseGroundTruth(text)).toEqual({
    records: [
      { id: 'a', values: [1] },
      { id: 'a', values: [0, 1] },
      { id: 'b', values: [0.5, 2] },
    ],
    unreadable: 0,
  });
});

test("the caller's own id wins over SageMaker's", () => {
  expect(requestId({ eventId: 'a', inferenceId: 'mine' })).toBe('mine');
  expect(requestId({ eventId: 'a' })).toBe('a');
  const [label] = parseGroundTruth(line('1', 'CSV', { eventId: 'a', inferenceId: 'mine' })).records;
  expect(label?.id).toBe('mine');
});

test.each([
  ['{"a": ', 'line 2: label is not JSON: it begins with \'{"a": \''],
  [line('yes'), 'line 2: label has a value that is not a number'],
  [line(''), 'line 2: label has no value'],
  [line('1', 'XML'), 'line 2: label is not valid: groundTruthData.encoding: expected "CSV" or "JSON" or'],
  [
    line('1', 'CSV', { eventId: '' }),
    'line 2: label is not valid: eventMetadata.eventId: expected string of',
  ],
  [
    '{"eventId": "a", "label": 1}',
    'line 2: label is not valid: groundTruthData: expected object, got nothing',
  ],
])('counts and names a line of another form, and reads the others: %s', (bad, problem) => {
  const { records, unreadable, firstProblem } = parseGroundTruth([line('1'), bad, line('0')].join('\n'));
  expect(records).toHaveLength(2);
  expect(unreadable).toBe(1);
  expect(firstProblem).toContain(problem);
});

test('a label may have a weight, at least 0', () => {
  const weighted = (weight: unknown) => JSON.stringify({ ...JSON.parse(line('1')), weight });
  expect(parseGroundTruth([weighted(2.5), weighted(0)].join('\n')).records).toEqual([
    { id: 'a', values: [1], weight: 2.5 },
    { id: 'a', values: [1], weight: 0 },
  ]);
  const { unreadable, firstProblem } = parseGroundTruth([weighted(-1), weighted('2')].join('\n'));
  expect(unreadable).toBe(2);
  expect(firstProblem).toBe('line 1: label is not valid: weight: expected number of at least 0, got -1');
});

test('labels of a file are read in place as each is read in a file of its own', () => {
  const data = fc.oneof(
    fc.nat({ max: 9 }).map(String),
    fc.constantFrom('1\n0\n', '1,0', '-0.5', '1e3', '1e999', 'x', '', '\n', '"1"', '\ufeff1', ' 1', 'é'),
  );
  const id = fc.oneof(fc.uuid(), fc.constantFrom('', 'é', 'a"b', 'a\\b'));
  const labelLine = fc
    .tuple(
      data,
      fc.constantFrom('CSV', 'CSV', 'CSV', 'JSON', 'BASE64'),
      id,
      fc.option(id),
      fc.option(fc.nat()),
    )
    .map(([value, encoding, eventId, inferenceId, weight]) =>
      JSON.stringify({
        groundTruthData: { data: value, encoding },
        eventMetadata: { eventId, ...(inferenceId !== null && { inferenceId }) },
        ...(weight !== null && weight < 5 && { weight }),
      }),
    );
  fc.assert(
    fc.property(fc.array(labelLine, { maxLength: 30 }), (lines) => {
      const alone = lines.map((one) => parseGroundTruth(one));
      const { records, unreadable } = parseGroundTruth(lines.join('\n'));
      expect(records).toEqual(alone.flatMap((one) => one.records));
      expect(unreadable).toBe(alone.filter((one) => one.unreadable > 0).length);
    }),
    { numRuns: 400 },
  );
});
