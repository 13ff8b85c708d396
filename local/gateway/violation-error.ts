import { AwsError } from './aws-error';
import type { PathPart, Violation } from './input-validation';

/** How a service words that inputs do not satisfy its model. */
type Wording = (violations: readonly Violation[]) => AwsError;

/** The error that AWS answers with to an input that does not satisfy the service's model. */
export function violationError(service: string, violations: readonly Violation[]): AwsError {
  return (WORDINGS[service] ?? listed('ValidationException'))(violations);
}

/** e.g. `productionVariants.1.member.instanceType`, as AWS writes it. */
export function pathText(path: readonly PathPart[]): string {
  return path
    .map((part) =>
      typeof part === 'string' ? part.charAt(0).toLowerCase() + part.slice(1) : `${part.entry}.member`,
    )
    .join('.');
}

/**
 * Codes and texts as AWS's answers have them that LocalStack recorded in
 * `tests/aws/services/<service>/*.snapshot.json`: query services answer with `ValidationError`, CloudWatch
 * Logs with `InvalidParameterException`; IAM leaves values out.
 */
const WORDINGS: Readonly<Record<string, Wording>> = {
  sts: listed('ValidationError'),
  cloudformation: listed('ValidationError'),
  monitoring: listed('ValidationError'),
  sns: listed('ValidationError'),
  iam: listed('ValidationError', ({ path, constraint }) => {
    return `Value at '${pathText(path)}' failed to satisfy constraint: ${constraint}`;
  }),
  // The code is of its model: it has no ValidationException.
  'sagemaker-runtime': listed('ValidationError'),
  logs: listed('InvalidParameterException'),
  // The code is of its model: it has no ValidationException.
  apigateway: listed('BadRequestException'),
  ecr: ([first]) => inEcr(first as Violation),
  sqs: ([first]) => inSqs(first as Violation),
  s3: ([first]) => inS3(first as Violation),
};

function listed(code: string, describe: (violation: Violation) => string = describeViolation): Wording {
  return (violations) => {
    const detected = `${violations.length} validation error${violations.length === 1 ? '' : 's'} detected`;
    return new AwsError(code, `${detected}: ${violations.map(describe).join('; ')}`);
  };
}

function describeViolation({ path, value, constraint }: Violation): string {
  const given = value === null ? 'null' : `'${valueText(value)}'`;
  return `Value ${given} at '${pathText(path)}' failed to satisfy constraint: ${constraint}`;
}

/** As Java prints values. */
function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  if (value instanceof Uint8Array) return 'java.nio.HeapByteBuffer';
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([name, item]) => `${name}=${valueText(item)}`);
    return `{${entries.join(', ')}}`;
  }
  return String(value);
}

/** As moto's copies of ECR's answers have it (`moto/ecr/models.py`). */
function inEcr({ path, kind, constraint }: Violation): AwsError {
  const demand =
    kind === 'pattern' ? constraint.replace(/^Member (.*pattern): (.*)$/s, "$1 '$2'") : constraint;
  return new AwsError(
    'InvalidParameterException',
    `Invalid parameter at '${pathText(path)}' failed to satisfy constraint: '${demand}'`,
  );
}

/** Names of members as they are written, one error at a time. */
function inSqs({ path, value, kind, constraint, culprit }: Violation): AwsError {
  const name = path.map((part) => (typeof part === 'string' ? part : part.entry)).join('.');
  if (kind === 'required') {
    return new AwsError('MissingParameter', `The request must contain the parameter ${name}.`);
  }
  if (/^Attribute(s|Names)\b/.test(name) && culprit !== undefined) {
    return new AwsError('InvalidAttributeName', `Unknown Attribute ${valueText(culprit)}.`);
  }
  return new AwsError(
    'InvalidParameterValue',
    `Value ${valueText(value)} for parameter ${name} is invalid. Reason: ${constraint}.`,
  );
}

const MALFORMED_XML =
  'The XML you provided was not well-formed or did not validate against our published schema';

/** S3 names a header or query parameter of its own; what is wrong in a document it does not say. */
function inS3({ path, value, kind }: Violation): AwsError {
  const [name] = path;
  if (path.length > 1) return new AwsError('MalformedXML', MALFORMED_XML);
  if (name === 'StorageClass') {
    return new AwsError('InvalidStorageClass', 'The storage class you specified is not valid');
  }
  if (kind === 'required') {
    return new AwsError('MissingSecurityHeader', 'Your request was missing a required header', {
      extra: { MissingHeaderName: name },
    });
  }
  const argument = { ArgumentName: name, ArgumentValue: valueText(value) };
  if (name === 'EncodingType') {
    return new AwsError('InvalidArgument', 'Invalid Encoding Method specified in Request', {
      extra: argument,
    });
  }
  return new AwsError('InvalidArgument', `The value of ${name} is not valid`, { extra: argument });
}
