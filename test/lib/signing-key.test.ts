import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type IKey, Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { ModelPipeline } from '../../lib';
import { roleStatements } from './role-statements';

const KEY_ARN = 'arn:aws:kms:eu-central-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab';

function synthesize(keyOf: (stack: Stack) => IKey | undefined): Template {
  const stack = new Stack(new App(), 'Test', { env: { account: '111111111111', region: 'eu-central-1' } });
  new ModelPipeline(stack, 'Model', {
    pipelineName: 'flights',
    training: { source: 'examples/flights/source' },
    data: { label: 'late' },
    signingKey: keyOf(stack),
  });
  return Template.fromStack(stack);
}

const ofCurve = (stack: Stack) =>
  new Key(stack, 'Signing', { keySpec: KeySpec.ECC_NIST_P256, keyUsage: KeyUsage.SIGN_VERIFY });

/** Actions of KMS that roles are allowed, by the beginning of their logical ids. */
function actionsOfKms(template: Template): Record<string, string[]> {
  const found: [string, string[]][] = [];
  for (const [role, statements] of roleStatements(template)) {
    const actions = statements.flatMap(({ Action }) => Action).filter((action) => action.startsWith('kms:'));
    if (actions.length > 0) found.push([role.replace(/Role[0-9A-F]{8}$/, ''), actions.sort()]);
  }
  return Object.fromEntries(found);
}

/** Functions whose settings name the key, by the beginning of their logical ids. */
function settingsWithKey(template: Template): string[] {
  return Object.entries(template.findResources('AWS::Lambda::Function'))
    .filter(([, { Properties }]) => JSON.stringify(Properties.Environment ?? {}).includes('signingKey'))
    .map(([id]) => id.slice(0, -'01234567'.length))
    .sort();
}

const GRANTS = {
  ModelChallengerRegisterModel: ['kms:DescribeKey', 'kms:Sign'],
  ModelRegisterArtifact: ['kms:DescribeKey', 'kms:Sign'],
  ModelReleasePlanRelease: ['kms:Verify'],
  ModelReleaseRepairChampion: ['kms:Verify'],
};
test.each<[string, (stack: Stack) => IKey]>([
  ['of this app', ofCurve],
  ['that this app does not make', (stack) => Key.fromKeyArn(stack, 'Signing', KEY_ARN)],
])('with a key %s, what registers versions may sign, and what releases them may verify', (_, keyOf) => {
  const template = synthesize(keyOf);
  expect(actionsOfKms(template)).toEqual(GRANTS);
  expect(settingsWithKey(template)).toEqual(Object.keys(GRANTS));
});

test('without a key, nothing may use one', () => {
  const template = synthesize(() => undefined);
  expect(actionsOfKms(template)).toEqual({});
  expect(settingsWithKey(template)).toEqual([]);
});

test.each([
  ['ENCRYPT_DECRYPT', {}],
  ['GENERATE_VERIFY_MAC', { keySpec: KeySpec.HMAC_256, keyUsage: KeyUsage.GENERATE_VERIFY_MAC }],
])('a key of this app whose usage is %s is refused, with the way out', (usage, props) => {
  expect(() => synthesize((stack) => new Key(stack, 'Data', props))).toThrow(
    new RegExp(`signingKey Test/Data has the key usage ${usage} .* SIGN_VERIFY can sign: give it keySpec`),
  );
});
