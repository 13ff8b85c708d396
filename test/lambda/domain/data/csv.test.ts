import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { parseCsv } from '../../../../lambda/domain/data/csv';

test('text without quotes is read as by the library for all text', () => {
  const text = fc.array(fc.constantFrom('a', '1.5', ',', ',', '\n', ' ', '\r', '\ufeff', 'é', ''));
  fc.assert(
    fc.property(text, (parts) => {
      const csv = parts.join('');
      const expected = parse(csv, { bom: true, relax_column_count: true, skip_empty_lines: true });
      expect(parseCsv(csv)).toEqual(expected);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['a byte order mark', '\ufeff1,2\n', [['1', '2']]],
  [
    'lines that end as on Windows',
    '1,2\r\n3,4\r\n',
    [
      ['1', '2'],
      ['3', '4'],
    ],
  ],
  ['a quoted comma and line end', '"a,\n""b""",2', [['a,\n"b"', '2']]],
])('%s', (_, csv, rows) => {
  expect(parseCsv(csv)).toEqual(rows);
});
