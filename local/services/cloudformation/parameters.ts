import type { Parameter } from '@aws-sdk/client-cloudformation';
import { AwsError, NotImplementedError } from '../../gateway/aws-error';
import type { ParameterDefinition, Template } from './template';

/** A parameter of a stack. */
export interface StoredParameter {
  /** As given, or the default. */
  readonly value: string;
  /** What the SSM parameter of that name holds, for the SSM types. */
  readonly resolvedValue?: string;
  readonly noEcho: boolean;
  readonly isList: boolean;
}

export type StoredParameters = Readonly<Record<string, StoredParameter>>;

const SSM_VALUE = /^AWS::SSM::Parameter::Value<(.+)>$/;
const SCALAR_TYPES = ['String', 'Number', 'AWS::SSM::Parameter::Name'];
const LIST_TYPES = ['CommaDelimitedList', 'List<Number>', 'List<String>'];

/**
 * Takes the values given for a template's parameters, previous ones or defaults, and checks them.
 *
 * @param readSsmParameter reads from the SSM parameter store
 * @throws AwsError `ValidationError`, worded like AWS's
 */
export async function resolveParameters(
  template: Template,
  given: readonly Parameter[],
  previous: StoredParameters,
  readSsmParameter: (name: string) => Promise<string>,
): Promise<StoredParameters> {
  const unknown = given.filter(({ ParameterKey = '' }) => !(ParameterKey in template.Parameters));
  if (unknown.length > 0) {
    const names = unknown.map(({ ParameterKey }) => ParameterKey).join(', ');
    throw new AwsError('ValidationError', `Parameters: [${names}] do not exist in the template`);
  }
  const missing: string[] = [];
  const result: Record<string, StoredParameter> = {};
  for (const [name, definition] of Object.entries(template.Parameters)) {
    const value = chosenValue(name, definition, given, previous);
    if (value === undefined) missing.push(name);
    else result[name] = await resolveParameter(name, definition, value, readSsmParameter);
  }
  if (missing.length > 0) {
    throw new AwsError('ValidationError', `Parameters: [${missing.join(', ')}] must have values`);
  }
  return result;
}

/** The values as `Ref` gives them. */
export function parameterValues(parameters: StoredParameters): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { value, resolvedValue, isList }]) => {
      const effective = resolvedValue ?? value;
      return [name, isList ? splitList(effective) : effective];
    }),
  );
}

export function describeParameters(parameters: StoredParameters): Parameter[] {
  return Object.entries(parameters).map(([ParameterKey, { value, resolvedValue, noEcho }]) => ({
    ParameterKey,
    ParameterValue: noEcho ? '****' : value,
    ...(resolvedValue !== undefined && { ResolvedValue: resolvedValue }),
  }));
}

function chosenValue(
  name: string,
  definition: ParameterDefinition,
  given: readonly Parameter[],
  previous: StoredParameters,
): string | undefined {
  const parameter = given.find(({ ParameterKey }) => ParameterKey === name);
  if (parameter?.UsePreviousValue) {
    const former = previous[name];
    if (!former) {
      throw new AwsError(
        'ValidationError',
        `Invalid input for parameter key ${name}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`,
      );
    }
    return former.value;
  }
  if (parameter?.ParameterValue !== undefined) return parameter.ParameterValue;
  return definition.Default === undefined ? undefined : String(definition.Default);
}

async function resolveParameter(
  name: string,
  definition: ParameterDefinition,
  value: string,
  readSsmParameter: (name: string) => Promise<string>,
): Promise<StoredParameter> {
  const ssmType = SSM_VALUE.exec(definition.Type)?.[1];
  const type = ssmType ?? definition.Type;
  const isList = LIST_TYPES.includes(type);
  if (!isList && !SCALAR_TYPES.includes(type)) {
    throw new NotImplementedError(`the parameter type ${definition.Type} (parameter ${name})`);
  }
  checkConstraints(name, definition, value, isList);
  return {
    value,
    noEcho: String(definition.NoEcho) === 'true',
    isList,
    ...(ssmType && { resolvedValue: await readSsmParameter(value) }),
  };
}

function checkConstraints(
  name: string,
  definition: ParameterDefinition,
  value: string,
  isList: boolean,
): void {
  const { AllowedValues, AllowedPattern, MinLength, MaxLength, MinValue, MaxValue } = definition;
  const values = isList ? splitList(value) : [value];
  const isNumeric = definition.Type.includes('Number');
  if (isNumeric && values.some((item) => !Number.isFinite(Number(item)) || item === '')) {
    throw new AwsError('ValidationError', `Parameter '${name}' must be a number.`);
  }
  const allowed = AllowedValues?.map(String);
  if (allowed && values.some((item) => !allowed.includes(item))) {
    fail(name, definition, `must be one of AllowedValues`);
  }
  if (AllowedPattern && values.some((item) => !new RegExp(`^(?:${AllowedPattern})$`).test(item))) {
    fail(name, definition, `must match pattern ${AllowedPattern}`);
  }
  if (MinLength !== undefined && value.length < Number(MinLength)) {
    fail(name, definition, `must contain at least ${MinLength} characters`);
  }
  if (MaxLength !== undefined && value.length > Number(MaxLength)) {
    fail(name, definition, `must contain at most ${MaxLength} characters`);
  }
  if (MinValue !== undefined && values.some((item) => Number(item) < Number(MinValue))) {
    fail(name, definition, `must be a number not less than ${MinValue}`);
  }
  if (MaxValue !== undefined && values.some((item) => Number(item) > Number(MaxValue))) {
    fail(name, definition, `must be a number not greater than ${MaxValue}`);
  }
}

function fail(name: string, { ConstraintDescription }: ParameterDefinition, constraint: string): never {
  throw new AwsError(
    'ValidationError',
    ConstraintDescription
      ? `Parameter ${name} failed to satisfy constraint: ${ConstraintDescription}`
      : `Parameter '${name}' ${constraint}`,
  );
}

function splitList(text: string): string[] {
  return text === '' ? [] : text.split(',').map((item) => item.trim());
}
