import type * as sdk from '@aws-sdk/client-lambda';
import { AwsError } from '../../gateway/aws-error';
import type { PolicyDocument, PolicyStatement } from '../../gateway/policy';
import type { Cloud, Operations } from '../../gateway/service';
import { resourceNotFound } from './errors';
import { type FunctionReference, parseFunctionName } from './function-name';
import { type FunctionStore, LATEST } from './function-store';

/** The resource policies of functions, versions and aliases. */
export function policyOperations(cloud: Cloud, store: FunctionStore): Operations<typeof sdk> {
  const statements = (input: { FunctionName?: string | undefined; Qualifier?: string | undefined }) => {
    const { name, qualifier } = parseFunctionName(input.FunctionName ?? '', input.Qualifier);
    const found = store.get(name);
    store.version(found, qualifier);
    return { found, key: policyKey(qualifier), list: found.policies.get(policyKey(qualifier)) ?? [] };
  };

  return {
    AddPermission: (input) => {
      const { found, key, list } = statements(input);
      if (list.some(({ Sid }) => Sid === input.StatementId)) {
        throw new AwsError(
          'ResourceConflictException',
          `The statement id (${input.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
        );
      }
      const statement = newStatement(input, store.arn({ name: found.name, qualifier: key || undefined }));
      found.policies.set(key, [...list, statement]);
      return { Statement: JSON.stringify(statement) };
    },

    RemovePermission: (input) => {
      const { found, key, list } = statements(input);
      const kept = list.filter(({ Sid }) => Sid !== input.StatementId);
      if (kept.length === list.length) {
        throw new AwsError(
          'ResourceNotFoundException',
          `Statement ${input.StatementId} is not found in resource policy.`,
        );
      }
      found.policies.set(key, kept);
      return {};
    },

    GetPolicy: (input) => {
      const { list } = statements(input);
      if (list.length === 0) throw resourceNotFound();
      return { Policy: JSON.stringify(document(list)), RevisionId: cloud.uuid() };
    },
  };
}

/** The policy of the function, version or alias that an ARN names. */
export function functionPolicy(
  store: FunctionStore,
  reference: FunctionReference,
): PolicyDocument | undefined {
  const list = store.functions.get(reference.name)?.policies.get(policyKey(reference.qualifier));
  return list && list.length > 0 ? document(list) : undefined;
}

function policyKey(qualifier: string | undefined): string {
  return qualifier === undefined || qualifier === LATEST ? '' : qualifier;
}

function document(statements: readonly PolicyStatement[]): PolicyDocument {
  return { Version: '2012-10-17', Id: 'default', Statement: statements } as PolicyDocument;
}

function newStatement(input: sdk.AddPermissionRequest, resource: string): PolicyStatement {
  const { Principal: principal = '', SourceArn, SourceAccount, FunctionUrlAuthType } = input;
  const equal = {
    ...(SourceAccount && { 'AWS:SourceAccount': SourceAccount }),
    ...(FunctionUrlAuthType && { 'lambda:FunctionUrlAuthType': FunctionUrlAuthType }),
  };
  const condition = {
    ...(Object.keys(equal).length > 0 && { StringEquals: equal }),
    ...(input.InvokedViaFunctionUrl && { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } }),
    ...(SourceArn && { ArnLike: { 'AWS:SourceArn': SourceArn } }),
  };
  return {
    Sid: input.StatementId as string,
    Effect: 'Allow',
    Principal: principalElement(principal),
    Action: input.Action as string,
    Resource: resource,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}

function principalElement(principal: string): NonNullable<PolicyStatement['Principal']> {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  if (principal.startsWith('arn:')) return { AWS: principal };
  if (/^[\w-]+(\.[\w-]+)+$/.test(principal)) return { Service: principal };
  throw new AwsError(
    'InvalidParameterValueException',
    'The provided principal was invalid. Please check the principal and try again.',
  );
}
