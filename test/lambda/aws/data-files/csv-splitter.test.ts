import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { CsvSplitter } from '../../../../lambda/aws/data-files/csv-splitter';

describe('CsvSplitter', () => {
  const cell = fc.oneof(
    fc.stringMatching(/^[a-c1-3 ;]{0,4}$/),
    fc.constantFrom('"a,b"', '"a""b"', '"a\nb"', '""'),
  );
  const file = fc.record({
    rows: fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 12 }),
    newline: fc.constantFrom('\n', '\r\n'),
    cuts: fc.array(fc.nat(200), { maxLength: 6 }),
    endsInNewline: fc.boolean(),
  });

  test('gives the rows and lines that the parser gives for the whole text, however it is cut', () => {
    fc.assert(
      fc.property(file, ({ rows, newline, cuts, endsInNewline }) => {
        const text = rows.map((row) => row.join(',')).join(newline) + (endsInNewline ? newline : '');
        const splitter = new CsvSplitter();
        const places = [
          0,
          ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b),
          text.length,
        ];
        const batches = places.slice(1).map((place, i) => splitter.add(text.slice(places[i], place)));
        batches.push(splitter.end());
        const expected = parse(text, {
          info: true,
          record_delimiter: newline,
          relax_column_count: true,
          skip_empty_lines: true,
        }) as unknown as { record: string[]; info: { lines: number } }[];
        expect(batches.flatMap((batch) => batch.rows)).toEqual(expected.map(({ record }) => record));
        expect(batches.flatMap((batch) => batch.lines)).toEqual(expected.map(({ info }) => info.lines));
      }),
      { seed: 5, numRuns: 500 },
    );
  });
});
