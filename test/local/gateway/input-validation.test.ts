import fc from 'fast-check';
import type { AwsError } from '../../../local/gateway/aws-error';
import {
  type Constraints,
  readConstraints,
  type ScalarShape,
  type Shape,
} from '../../../local/gateway/constraints';
import { InputValidation, type PathPart, type Violation } from '../../../local/gateway/input-validation';
import { javaPattern } from '../../../local/gateway/java-pattern';
import { UNENFORCED } from '../../../local/gateway/unenforced-constraints';
import { pathText, violationError } from '../../../local/gateway/violation-error';
import { LocalCloud } from '../../../local/local-cloud';

describe('inputs', () => {
  const cloud = new LocalCloud({ clock: { rate: 0 } });
  beforeAll(() => cloud.start());
  afterAll(() => cloud.stop());

  const refusal = (service: string, operation: string, input: object) =>
    cloud.call(service, operation, input, cloud.administrator).then(
      () => undefined,
      ({ code, message }: AwsError) => `${code}: ${message}`,
    );

  test('of every operation have constraints, out of a model of AWS with its version', () => {
    for (const { name, operations } of cloud.services.values()) {
      const constraints = readConstraints(name);
      expect(constraints.source).toMatch(/^botocore \d+\.\d+\.\d+, [a-z0-9-]+ \d{4}-\d\d-\d\d$/);
      expect(Object.keys(constraints.operations)).toEqual(Object.keys(operations).sort());
    }
  });

  test('that break any one constraint of any operation are refused by a 4xx that names the member', async () => {
    let count = 0;
    for (const { name } of cloud.services.values()) {
      const constraints = readConstraints(name);
      const validation = new InputValidation(constraints);
      for (const { operation, path, input, kind } of faultyInputs(constraints)) {
        const found = validation.violations(operation, input);
        const named = found.filter((one) => one.kind === kind && pathText(one.path) === pathText(path));
        if (named.length !== 1) throw new Error(`${name}:${operation} takes ${pathText(path)} (${kind})`);
        const { options, message } = violationError(name, named);
        expect(options.status ?? 400).toBe(400);
        // S3 says of a document no more than that it is malformed.
        if (name === 's3') continue;
        const last = path.filter((part): part is string => typeof part === 'string').at(-1) as string;
        // Attributes that do not exist are named themselves.
        if (!message.startsWith('Unknown Attribute'))
          expect(message.toLowerCase()).toContain(last.toLowerCase());
        count++;
      }
    }
    expect(count).toBeGreaterThan(2_000);
  });

  test('of random lengths are taken exactly between the bounds', () => {
    const validation = new InputValidation(readConstraints('ssm'));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_000 }), (length) => {
        const found = validation.violations('GetParameter', { Name: 'x'.repeat(length) });
        return (found.length === 0) === (length >= 1 && length <= 2_048);
      }),
    );
  });

  // Each text is AWS's answer to this input, as LocalStack recorded it in
  // tests/aws/services/<service>/*.snapshot.json, but for the order of an enum's values, which differs from
  // answer to answer, and the decimals of 2.0.
  test.each([
    [
      'events',
      'PutRule',
      { Name: 'Invalid Name With Spaces!', EventPattern: '{}' },
      "ValidationException: 1 validation error detected: Value 'Invalid Name With Spaces!' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+",
    ],
    [
      'events',
      'PutTargets',
      { Rule: 'r', Targets: [{ Id: '!@#$@!#$', Arn: 'arn' }] },
      "ValidationException: 1 validation error detected: Value '!@#$@!#$' at 'targets.1.member.id' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+",
    ],
    [
      'monitoring',
      'SetAlarmState',
      { AlarmName: 'a', StateReason: 'r', StateValue: 'INVALID' },
      "ValidationError: 1 validation error detected: Value 'INVALID' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [OK, ALARM, INSUFFICIENT_DATA]",
    ],
    [
      'states',
      'ListStateMachines',
      { maxResults: 1001 },
      "ValidationException: 1 validation error detected: Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000",
    ],
    [
      'sts',
      'AssumeRole',
      { RoleArn: 'arn:aws:iam::000000000000:role/r', RoleSessionName: 'Session1:2' },
      "ValidationError: 1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
    ],
    [
      'logs',
      'FilterLogEvents',
      { logGroupName: 'g', limit: 10001 },
      "InvalidParameterException: 1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000",
    ],
    [
      'sns',
      'PublishBatch',
      {
        TopicArn: 'arn:aws:sns:us-east-1:000000000000:t',
        PublishBatchRequestEntries: [{ Id: '1', Message: 'm', MessageAttributes: { attr1: {} } }],
      },
      "ValidationError: 1 validation error detected: Value null at 'publishBatchRequestEntries.1.member.messageAttributes.attr1.member.dataType' failed to satisfy constraint: Member must not be null",
    ],
    [
      'lambda',
      'CreateFunction',
      { ...lambda(), Architectures: ['X86_64'] },
      "ValidationException: 1 validation error detected: Value '[X86_64]' at 'architectures' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]",
    ],
    [
      'lambda',
      'UpdateAlias',
      { FunctionName: 'f', Name: 'a', RoutingConfig: { AdditionalVersionWeights: { 2: 2 } } },
      "ValidationException: 1 validation error detected: Value '{2=2}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value must satisfy constraint: [Member must have value less than or equal to 1, Member must have value greater than or equal to 0, Member must not be null]",
    ],
    [
      'sqs',
      'SendMessage',
      { QueueUrl: 'q' },
      'MissingParameter: The request must contain the parameter MessageBody.',
    ],
  ])('%s:%s is refused as AWS refuses it', async (service, operation, input, text) => {
    expect(await refusal(service, operation, input)).toBe(text);
  });

  // No answer of these services is recorded; they are of the same framework as EventBridge and Step
  // Functions.
  test('of SageMaker and SSM are refused as those of other JSON services', async () => {
    const config = {
      EndpointConfigName: 'c',
      ProductionVariants: [{ VariantName: 'v', ModelName: 'm', InstanceType: 'ml.banana.huge' }],
    };
    expect(await refusal('sagemaker', 'CreateEndpointConfig', config)).toMatch(
      /^ValidationException: 1 validation error detected: Value 'ml.banana.huge' at 'productionVariants.1.member.instanceType' failed to satisfy constraint: Member must satisfy enum value set: \[ml.t2.medium, /,
    );
    expect(await refusal('ssm', 'PutParameter', { Name: '/t', Value: '1', Type: 'Nope' })).toBe(
      "ValidationException: 1 validation error detected: Value 'Nope' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [String, StringList, SecureString]",
    );
  });

  test('that break several constraints are refused with all of them', async () => {
    expect(
      await refusal('sagemaker', 'CreateModelPackageGroup', { ModelPackageGroupName: '_'.repeat(64) }),
    ).toMatch(
      /^ValidationException: 2 validation errors detected: Value '_{64}' at 'modelPackageGroupName' .*; Value /,
    );
  });

  test('are checked as quickly as a hundred thousand a second', () => {
    const validation = new InputValidation(readConstraints('ssm'));
    const input = { Name: '/model-pipeline/churn/routing', Value: 'x'.repeat(2_000), Type: 'String' };
    validation.violations('PutParameter', input);
    const started = performance.now();
    for (let i = 0; i < 10_000; i++) validation.violations('PutParameter', input);
    // A tenth of that speed bears a busy machine.
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  test('may break constraints that AWS does not enforce, each of which exists', () => {
    for (const [service, shapes] of Object.entries(UNENFORCED)) {
      const { shapes: known } = readConstraints(service);
      for (const shape of Object.keys(shapes)) expect(known).toHaveProperty(shape);
    }
  });
});

describe("patterns in Java's dialect", () => {
  test.each([
    ['[\\p{Print}]+', 'a b', 'a\nb'],
    ['\\p{Print}+', 'a b', 'ä'],
    ['\\A\\S[\\p{Print}]*\\z', 'ab', ' ab'],
    ['arn:[\\p{Alnum}\\-]+:x', 'arn:aws-cn:x', 'arn:aws_cn:x'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a regular expression
    ['([\\p{L}\\p{Z}\\p{N}_.:\\/=+\\-@]*)${1,128}', 'Churn 1.2', '{"a":1}'],
    ['[\\w+=,.@-]*', 'a@b', 'a b'],
  ])('%s matches the whole of %j and not %j', (pattern, good, bad) => {
    expect(javaPattern(pattern).test(good)).toBe(true);
    expect(javaPattern(pattern).test(bad)).toBe(false);
  });
});

interface FaultyInput {
  readonly operation: string;
  readonly path: readonly PathPart[];
  readonly kind: Violation['kind'];
  readonly input: object;
}

/** For each constraint of each operation an input with the one member that breaks it. */
function* faultyInputs({ operations, shapes }: Constraints): Generator<FaultyInput> {
  for (const [operation, shape] of Object.entries(operations)) {
    if (shape === '') continue;
    for (const { path, kind, value } of faults(shape, shapes, []))
      yield { operation, path, kind, input: value as object };
  }
}

interface Fault {
  readonly path: readonly PathPart[];
  readonly kind: Violation['kind'];
  readonly value: unknown;
}

function* faults(name: string, shapes: Constraints['shapes'], within: readonly string[]): Generator<Fault> {
  const shape = shapes[name];
  if (!shape || within.includes(name)) return;
  const inside = [...within, name];
  if (shape.type === 'structure') {
    for (const member of shape.required ?? []) yield { path: [member], kind: 'required', value: {} };
    for (const [member, target] of Object.entries(shape.members ?? {})) {
      for (const fault of faults(target, shapes, inside))
        yield { ...fault, path: [member, ...fault.path], value: { [member]: fault.value } };
    }
    return;
  }
  if (shape.type === 'list' || shape.type === 'map') {
    yield* collectionFaults(shape, shapes, inside);
    return;
  }
  for (const [kind, value] of wrongValues(shape)) yield { path: [], kind, value };
}

function* collectionFaults(
  { type, key, value: item, min = 0, max }: Extract<Shape, { type: 'list' | 'map' }>,
  shapes: Constraints['shapes'],
  within: readonly string[],
): Generator<Fault> {
  const isList = type === 'list';
  const ofSize = (size: number) =>
    isList
      ? Array(size).fill('x')
      : Object.fromEntries(Array.from({ length: size }, (_, i) => [`k${i}`, 'x']));
  if (min > 0) yield { path: [], kind: 'length', value: ofSize(0) };
  if (max !== undefined && max < 10_000) yield { path: [], kind: 'length', value: ofSize(max + 1) };
  const isScalar = (name: string) => !['structure', 'list', 'map'].includes(shapes[name]?.type ?? '');
  if (key) {
    for (const [, wrong] of wrongValues(shapes[key] as Shape))
      yield { path: [], kind: 'keys', value: { [String(wrong)]: 'x' } };
  }
  if (!item) return;
  if (isScalar(item)) {
    for (const [, wrong] of wrongValues(shapes[item] as Shape)) {
      yield { path: [], kind: isList ? 'elements' : 'values', value: isList ? [wrong] : { k: wrong } };
    }
    return;
  }
  const entry = isList ? 1 : 'k';
  for (const fault of faults(item, shapes, within)) {
    yield { ...fault, path: [{ entry }, ...fault.path], value: isList ? [fault.value] : { k: fault.value } };
  }
}

/** Values that break one constraint each, or more where a short text can't help it. */
function* wrongValues(shape: Shape): Generator<[Violation['kind'], unknown]> {
  const { type, min, max, pattern, enum: allowed } = shape as ScalarShape;
  if (allowed) yield ['enum', 'no such value'];
  if (type === 'number') {
    if (min !== undefined) yield ['range', min - 1];
    if (max !== undefined) yield ['range', max + 1];
    return;
  }
  if (min !== undefined && min > 0) yield ['length', 'x'.repeat(min - 1)];
  if (max !== undefined && max < 200_000) yield ['length', 'x'.repeat(max + 1)];
  if (pattern) {
    const wrong = ['', ' ', '!', '\u0000', 'ö', '\n'].find((text) => !javaPattern(pattern).test(text));
    if (wrong !== undefined) yield ['pattern', wrong];
  }
}

function lambda() {
  return { FunctionName: 'f', Role: 'arn:aws:iam::000000000000:role/r', Code: { ZipFile: Buffer.from('') } };
}
