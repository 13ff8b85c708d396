import { complaintOf, type GrantException, judgeGrants } from './grant-judgement';

const GRANT = {
  role: 'PlannerRole',
  policy: 'Statements',
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::NAME-bucket-*/models/*',
  uses: 0,
};

test('a grant that no story needs is named', () => {
  const judgement = judgeGrants([GRANT, { ...GRANT, action: 's3:PutObject', uses: 3 }], []);
  expect(judgement).toEqual({
    grants: 2,
    unused: ['PlannerRole: s3:GetObject on arn:aws:s3:::NAME-bucket-*/models/*'],
    needless: [],
  });
  expect(complaintOf(judgement)).toMatch(/^1 of 2 grants are needed by no story\. .*PlannerRole.*GetObject/s);
});

test('one story that needs it is enough', () => {
  const elsewhere = { ...GRANT, policy: 'PlannerRoleDefaultPolicy', uses: 1 };
  expect(judgeGrants([GRANT, elsewhere], [])).toEqual({ grants: 1, unused: [], needless: [] });
});

test('one under another condition is another grant', () => {
  const condition = { StringEquals: { 'aws:ResourceTag/owner': 'me' } };
  expect(
    judgeGrants(
      [
        { ...GRANT, uses: 1 },
        { ...GRANT, condition },
      ],
      [],
    ).unused,
  ).toEqual([expect.stringMatching(/GetObject on .*, if aws:ResourceTag\/owner$/)]);
});

test('exceptions excuse what they name; one that excuses nothing must go', () => {
  const needed: GrantException = {
    because: 'AWS asks for it',
    roles: /^Planner/,
    actions: /^s3:GetObject$/,
  };
  const needless: GrantException = {
    because: 'it was needed once',
    actions: /^s3:/,
    resources: /other-bucket/,
  };
  const judgement = judgeGrants([GRANT], [needed, needless]);
  expect(judgement).toMatchObject({ unused: [], needless: ['it was needed once'] });
  expect(judgeGrants([GRANT], [needed, { ...needless, isUsedByChance: true }]).needless).toEqual([]);
  expect(complaintOf(judgement)).toMatch(/^1 exceptions .* name no unused grant\. Delete them:\n {2}it was/);
  expect(complaintOf(judgeGrants([GRANT], [needed]))).toBeUndefined();
});

test('stories that record nothing do not pass for stories that need everything', () => {
  expect(complaintOf(judgeGrants([], []))).toMatch(/no story has recorded/);
});
