import {
  allowsFor,
  allowsOf,
  evaluateIdentityPolicies,
  evaluateResourcePolicy,
  type PolicyDocument,
  type PolicyStatement,
} from '../../../local/gateway/policy';

const REQUEST = {
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::bucket/models/1.0.0/model.tar.gz',
  context: {
    'aws:securetransport': 'true',
    'aws:sourcearn': 'arn:aws:events:us-east-1:1:rule/r',
    'iam:passedtoservice': 'sagemaker.amazonaws.com',
  },
  principal: { AWS: ['arn:aws:iam::1:role/r'] },
};

function effect(...statements: PolicyStatement[]) {
  return evaluateIdentityPolicies([{ Statement: statements }], REQUEST);
}

describe('identity policies', () => {
  test('allow what a statement names, and nothing else', () => {
    expect(effect({ Effect: 'Allow', Action: 's3:GetObject', Resource: REQUEST.resource })).toBe('Allow');
    expect(effect({ Effect: 'Allow', Action: 's3:PutObject', Resource: '*' })).toBeUndefined();
    expect(effect()).toBeUndefined();
  });

  test('deny wins over allow', () => {
    expect(
      effect(
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: 's3:*', Resource: '*' },
      ),
    ).toBe('Deny');
  });

  test('match wildcards in actions without regard to case, and in resources', () => {
    expect(effect({ Effect: 'Allow', Action: 'S3:Get*', Resource: 'arn:aws:s3:::bucket/models/*' })).toBe(
      'Allow',
    );
    expect(
      effect({ Effect: 'Allow', Action: 's3:Get*', Resource: 'arn:aws:s3:::bucket/data/*' }),
    ).toBeUndefined();
    expect(effect({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' })).toBe('Allow');
  });

  test.each<[string, Record<string, Record<string, unknown>>, boolean]>([
    ['equal strings', { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } }, true],
    [
      'one of several',
      { StringEquals: { 'iam:PassedToService': ['lambda.amazonaws.com', 'sagemaker.amazonaws.com'] } },
      true,
    ],
    ['unequal strings', { StringNotEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } }, false],
    ['a pattern', { ArnLike: { 'aws:SourceArn': 'arn:aws:events:*:1:rule/*' } }, true],
    ['a boolean', { Bool: { 'aws:SecureTransport': 'false' } }, false],
    ['a missing key', { StringEquals: { 'aws:RequestTag/x': 'y' } }, false],
    ['a missing key that may be missing', { StringEqualsIfExists: { 'aws:RequestTag/x': 'y' } }, true],
    ['a missing key that must be missing', { Null: { 'aws:RequestTag/x': 'true' } }, true],
    [
      'any of its values',
      { 'ForAnyValue:StringEquals': { 'iam:PassedToService': ['sagemaker.amazonaws.com'] } },
      true,
    ],
  ])('apply conditions: %s', (_what, condition, applies) => {
    const result = effect({ Effect: 'Allow', Action: '*', Resource: '*', Condition: condition });
    expect(result).toBe(applies ? 'Allow' : undefined);
  });

  test('refuse an operator that is not implemented, rather than ignore it', () => {
    expect(() =>
      effect({
        Effect: 'Allow',
        Action: '*',
        Resource: '*',
        Condition: { IpAddress: { 'aws:securetransport': '10.0.0.0/8' } },
      }),
    ).toThrow('the condition operator IpAddress is not implemented');
  });
});

describe('resource policies', () => {
  test('hold only for the principals that they name', () => {
    const statement = { Effect: 'Allow' as const, Action: 's3:*', Resource: '*' };
    const allowed = (Principal: PolicyStatement['Principal']) =>
      evaluateResourcePolicy({ Statement: { ...statement, Principal } }, REQUEST);
    expect(allowed({ AWS: 'arn:aws:iam::1:role/r' })).toBe('Allow');
    expect(allowed({ AWS: '*' })).toBe('Allow');
    expect(allowed({ AWS: 'arn:aws:iam::1:role/other' })).toBeUndefined();
    expect(allowed({ Service: 'lambda.amazonaws.com' })).toBeUndefined();
  });
});

describe('what a policy allows', () => {
  const models = 'arn:aws:s3:::bucket/models/*';
  const document: PolicyDocument = {
    Statement: [
      { Effect: 'Allow', Action: ['s3:Get*', 's3:PutObject'], Resource: [models, 'arn:aws:s3:::other/*'] },
      {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: models,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      { Effect: 'Allow', NotAction: ['iam:*', 'sts:*'], Resource: '*' },
      { Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::bucket/secret/*' },
    ],
  };

  test('is each action on each resource of its statements, as they have them, but for what they deny', () => {
    expect(allowsOf(document)).toEqual([
      { action: 's3:Get*', resource: models },
      { action: 's3:Get*', resource: 'arn:aws:s3:::other/*' },
      { action: 's3:PutObject', resource: models },
      { action: 's3:PutObject', resource: 'arn:aws:s3:::other/*' },
      {
        action: 's3:GetObject',
        resource: models,
        condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      { action: '* except iam:*, sts:*', resource: '*' },
    ]);
  });

  test('for a request, is what matches its action, resource and conditions', () => {
    expect(allowsFor(document, REQUEST)).toEqual([
      { action: 's3:Get*', resource: models },
      { action: '* except iam:*, sts:*', resource: '*' },
    ]);
  });
});
