import { type Run, verdictOn } from './end-of-run';

const WHOLE: Run = {
  testPathPatterns: { isSet: () => false },
  onlyChanged: false,
  onlyFailures: false,
  findRelatedTests: false,
};
const USED = {
  role: 'PlannerRole',
  policy: 'Statements',
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::NAME-bucket-*/models/*',
  uses: 2,
};
const NEW = { ...USED, action: 's3:DeleteObject', uses: 0 };

test('a run of all stories fails for a grant that none of them used', () => {
  expect(verdictOn(WHOLE, [USED], [])).toMatch(/each of 1 was used by a story/);
  expect(() => verdictOn(WHOLE, [USED, NEW], [])).toThrow(/PlannerRole.*: s3:DeleteObject on arn:aws:s3/);
});

test.each<[string, Partial<Run>]>([
  ['of one file', { testPathPatterns: { isSet: () => true } }],
  ['of tests of one name', { testNamePattern: 'rollback' }],
  ['of one shard', { shard: { shardIndex: 1, shardCount: 2 } }],
  ['of what failed', { onlyFailures: true }],
])('a run %s says that it judges no grant', (_, part) => {
  expect(verdictOn({ ...WHOLE, ...part }, [USED, NEW], [])).toMatch(
    /not judged: only some of the stories ran/,
  );
});
