import { captureGroups } from '../../../../lambda/domain/traffic/capture-groups';

async function* filesOf(bytes: readonly number[]) {
  for (const [index, size] of bytes.entries()) yield { key: `${index + 1}`, bytes: size };
}

const WHOLE = { bytes: 100, files: 100, knownBytes: 10 };

test.each([
  ['no files', [], WHOLE, [['', undefined, '']]],
  ['files that are small together', [50, 50], WHOLE, [['', undefined, '']]],
  [
    'more bytes',
    [50, 40, 20, 5],
    WHOLE,
    [
      ['', '2', ''],
      ['2', undefined, '1'],
    ],
  ],
  [
    'a file that is larger than a group',
    [500, 1],
    WHOLE,
    [
      ['', '1', ''],
      ['1', undefined, ''],
    ],
  ],
  [
    'many files',
    [1, 1, 1, 1, 1],
    { ...WHOLE, files: 2 },
    [
      ['', '2', ''],
      ['2', '4', ''],
      ['4', undefined, ''],
    ],
  ],
  [
    'files of which not all before a group are read for it',
    [4, 4, 4, 4, 4],
    { ...WHOLE, bytes: 16 },
    [
      ['', '4', ''],
      ['4', undefined, '1'],
    ],
  ],
])('cuts %s into groups that follow each other', async (_, bytes, size, expected) => {
  const groups = await captureGroups(filesOf(bytes), size);
  expect(groups.map(({ after, last, knownAfter }) => [after, last, knownAfter])).toEqual(expected);
});
