import { cutText, PartCutter, type PartCutterProps } from '../../../../lambda/domain/batch/part-cutter';

const CSV: PartCutterProps = { format: 'csv', hasHeader: true, partBytes: 10 };

function textsOf(text: string, props: PartCutterProps): string[] {
  const bytes = Buffer.from(text);
  return cutText(bytes, props).parts.map(({ from, to }) => bytes.subarray(from, to).toString());
}

test('a text is cut after the first whole row beyond the size of a part', () => {
  expect(textsOf('name\naaaa\nbbbb\ncccc\ndd', CSV)).toEqual(['aaaa\nbbbb\n', 'cccc\ndd']);
});

test('quoted line feeds end no row of CSV, and each one ends a row of JSON lines', () => {
  expect(textsOf('a,b\n1,"x\ny\nz"\n2,3\n', { ...CSV, partBytes: 1 })).toEqual(['1,"x\ny\nz"\n', '2,3\n']);
  expect(textsOf('{"a":1}\n"\n"\n', { format: 'jsonl', hasHeader: false, partBytes: 1 })).toEqual([
    '{"a":1}\n',
    '"\n',
    '"\n',
  ]);
});

test('parts tell their rows without empty lines, and the lines before them with these', () => {
  const { header, parts, rows } = cutText(Buffer.from('\r\n\ufeffid\r\n\r\n1\r\n\n2\n3'), {
    ...CSV,
    partBytes: 1,
  });
  expect({ header, rows }).toEqual({ header: 'id', rows: 3 });
  expect(parts.map((part) => [part.rows, part.linesBefore])).toEqual([
    [1, 3],
    [1, 5],
    [1, 6],
  ]);
});

test('the pieces in which a text arrives change nothing', () => {
  const bytes = Buffer.from('a,"b\r\n"\r\n\r\n1,"""\n"\r\n\r\n2,ü\n\n"3",4\r');
  const whole = cutText(bytes, { ...CSV, partBytes: 4 });
  for (let size = 1; size < bytes.length; size++) {
    const cutter = new PartCutter({ ...CSV, partBytes: 4 });
    for (let at = 0; at < bytes.length; at += size) cutter.add(bytes.subarray(at, at + size));
    expect(cutter.end()).toEqual(whole);
  }
});

test('a row that never ends is refused, with the quote as the likely reason', () => {
  const cutter = new PartCutter(CSV);
  cutter.add(Buffer.from('a\n1\n"2\n'));
  expect(() => cutter.add(Buffer.alloc(9 * 2 ** 20, 'x'))).toThrow(
    /^a row, or a quote that is never closed, from line 4 on is longer than 8388608 bytes$/,
  );
});
