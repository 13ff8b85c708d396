import type * as sdk from '@aws-sdk/client-lambda';
import { AwsError, NotImplementedError } from '../../gateway/aws-error';
import { paginate } from '../../gateway/paginate';
import type { PolicyDocument } from '../../gateway/policy';
import { evaluateResourcePolicy } from '../../gateway/policy';

import type { Cloud, Operations } from '../../gateway/service';
import type { IamService } from '../iam/iam-service';
import type { CodeStore } from './code-store';
import { checkEnvironmentKey } from './environment-key';
import { describeFunction, qualifierOf } from './function-description';
import { parseFunctionName } from './function-name';
import { checkNetworkRole } from './function-network';
import type { FunctionRunner } from './function-runner';
import { functionSettings } from './function-settings';
import { type FunctionStore, LATEST } from './function-store';
import { readCode } from './read-code';
import type { FunctionVersion, StoredFunction } from './stored-function';
import { publishVersion } from './version-operations';

const LIST_LENGTH = 50;

/** Functions: their code, configuration, tags and reserved concurrency. */
export function functionOperations(
  cloud: Cloud,
  store: FunctionStore,
  code: CodeStore,
  runner: FunctionRunner,
): Operations<typeof sdk> {
  const describe = ({ name }: StoredFunction, version: FunctionVersion, qualifier?: string) =>
    describeFunction(name, store.arn({ name, qualifier: qualifier ?? qualifierOf(version) }), version);

  const layer = (arn: string) => ({ arn, code: store.layerVersion(arn).code });

  /** Makes a change of `$LATEST`. */
  const change = async (of: StoredFunction, changes: Partial<FunctionVersion>) => {
    of.latest = { ...of.latest, ...changes, revisionId: cloud.uuid(), modified: cloud.clock.date() };
    await runner.retire(of);
  };

  const described = (input: { FunctionName?: string | undefined; Qualifier?: string | undefined }) => {
    const { qualifier } = parseFunctionName(input.FunctionName ?? '', input.Qualifier);
    const found = store.get(input.FunctionName, input.Qualifier);
    const version = store.version(found, qualifier);
    return { found, version, configuration: describe(found, version, qualifier) };
  };

  return {
    CreateFunction: async (input, { principal }) => {
      if (input.PackageType === 'Image' || input.Code?.ImageUri)
        throw new NotImplementedError(
          `container images (PackageType Image of the function ${input.FunctionName}); it runs Node.js functions from zip files only`,
        );
      const { name } = parseFunctionName(input.FunctionName as string);
      if (store.functions.has(name))
        throw new AwsError('ResourceConflictException', `Function already exist: ${name}`);
      const settings = functionSettings(name, input, layer);
      checkRole(cloud, settings.role);
      if (settings.network) checkNetworkRole(cloud, settings.role);
      checkEnvironmentKey(cloud, settings);
      const latest: FunctionVersion = {
        ...settings,
        version: LATEST,
        code: await code.add(await readCode(cloud, input.Code ?? {}, principal)),
        revisionId: cloud.uuid(),
        modified: cloud.clock.date(),
      };
      const created: StoredFunction = {
        name,
        latest,
        versions: new Map(),
        lastVersion: 0,
        aliases: new Map(),
        policies: new Map(),
        eventInvokeConfigs: new Map(),
        tags: { ...input.Tags },
      };
      store.functions.set(name, created);
      return describe(created, input.Publish ? publishVersion(cloud, created) : latest);
    },

    GetFunction: (input) => {
      const { found, version, configuration } = described(input);
      const file = `${Buffer.from(version.code.sha256, 'base64').toString('hex')}.zip`;
      return {
        Configuration: configuration,
        Code: { RepositoryType: 'S3', Location: `${cloud.url}${CODE_ROUTE}${file}` },
        Tags: { ...found.tags },
        ...(found.reservedConcurrency !== undefined && {
          Concurrency: { ReservedConcurrentExecutions: found.reservedConcurrency },
        }),
      };
    },

    GetFunctionConfiguration: (input) => described(input).configuration,

    ListFunctions: (input) => {
      const all = [...store.functions.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      const { page, nextToken } = paginate(all, input.MaxItems ?? LIST_LENGTH, input.Marker);
      return { Functions: page.map((found) => describe(found, found.latest)), NextMarker: nextToken };
    },

    UpdateFunctionCode: async (input, { principal }) => {
      const found = store.get(input.FunctionName);
      store.checkRevision(input.RevisionId, found.latest.revisionId);
      await change(found, {
        code: await code.add(await readCode(cloud, input, principal)),
        architecture: input.Architectures?.[0] ?? found.latest.architecture,
      });
      return describe(found, input.Publish ? publishVersion(cloud, found) : found.latest);
    },

    UpdateFunctionConfiguration: async (input) => {
      const found = store.get(input.FunctionName);
      store.checkRevision(input.RevisionId, found.latest.revisionId);
      const settings = functionSettings(found.name, input, layer, found.latest);
      if (input.Role) checkRole(cloud, input.Role);
      if (settings.network) checkNetworkRole(cloud, settings.role);
      checkEnvironmentKey(cloud, settings);
      await change(found, settings);
      return describe(found, found.latest);
    },

    DeleteFunction: async (input) => {
      const { qualifier } = parseFunctionName(input.FunctionName as string, input.Qualifier);
      const found = store.get(input.FunctionName, input.Qualifier);
      if (qualifier === undefined) {
        store.delete(found);
        await runner.retireAll(found.name);
        return {};
      }
      const users = [...found.aliases.values()].filter(
        ({ version, weights }) => version === qualifier || qualifier in weights,
      );
      if (users.length > 0) {
        throw new AwsError(
          'ResourceConflictException',
          `Unable to delete version because the following aliases reference it: [${users.map(({ name }) => name).join(', ')}]`,
        );
      }
      found.provisionedConcurrencies?.delete(qualifier);
      found.versions.delete(qualifier);
      await runner.retire(found);
      return {};
    },

    PutFunctionConcurrency: (input) => {
      store.get(input.FunctionName).reservedConcurrency = input.ReservedConcurrentExecutions;
      return { ReservedConcurrentExecutions: input.ReservedConcurrentExecutions };
    },

    GetFunctionConcurrency: (input) => ({
      ReservedConcurrentExecutions: store.get(input.FunctionName).reservedConcurrency,
    }),

    DeleteFunctionConcurrency: (input) => {
      store.get(input.FunctionName).reservedConcurrency = undefined;
      return {};
    },
  };
}

/** Where the zip file of a function can be downloaded. */
export const CODE_ROUTE = '/_local/lambda-code/';

/** A role must exist and trust Lambda. */
function checkRole(cloud: Cloud, role: string): void {
  const trust: PolicyDocument | undefined = cloud.service<IamService>('iam').resourcePolicy(role);
  const isTrusted =
    trust &&
    evaluateResourcePolicy(trust, {
      action: 'sts:AssumeRole',
      resource: role,
      principal: { Service: ['lambda.amazonaws.com'] },
      context: { 'aws:sourceaccount': cloud.account },
    }) === 'Allow';
  if (!isTrusted) {
    throw new AwsError(
      'InvalidParameterValueException',
      'The role defined for the function cannot be assumed by Lambda.',
    );
  }
}
