import type * as sdk from '@aws-sdk/client-lambda';
import { AwsError, NotImplementedError } from '../../gateway/aws-error';
import { paginate } from '../../gateway/paginate';
import type { Cloud, Operations } from '../../gateway/service';
import { checkDestination } from './failure-destination';
import { describeFunction, qualifierOf } from './function-description';
import { type FunctionStore, LATEST } from './function-store';
import type { ProvisionedConcurrencies } from './provisioned-concurrency';
import type { EventInvokeConfig, FunctionAlias, FunctionVersion, StoredFunction } from './stored-function';

const LIST_LENGTH = 50;

/** Published versions, aliases, and how asynchronous events are handled. */
export function versionOperations(
  cloud: Cloud,
  store: FunctionStore,
  provisioned: Pick<ProvisionedConcurrencies, 'follow' | 'remove'>,
): Operations<typeof sdk> {
  const describeVersion = ({ name }: StoredFunction, version: FunctionVersion) =>
    describeFunction(name, store.arn({ name, qualifier: qualifierOf(version) ?? LATEST }), version);

  const describeAlias = ({ name }: StoredFunction, alias: FunctionAlias): sdk.AliasConfiguration => ({
    AliasArn: store.arn({ name, qualifier: alias.name }),
    Name: alias.name,
    FunctionVersion: alias.version,
    Description: alias.description,
    RevisionId: alias.revisionId,
    ...(Object.keys(alias.weights).length > 0 && {
      RoutingConfig: { AdditionalVersionWeights: alias.weights },
    }),
  });

  /** The alias after a change, which is checked. */
  const putAlias = (of: StoredFunction, alias: Omit<FunctionAlias, 'revisionId'>) => {
    for (const version of [alias.version, ...Object.keys(alias.weights)]) store.version(of, version);
    checkWeights(alias);
    const stored = { ...alias, revisionId: cloud.uuid() };
    of.aliases.set(alias.name, stored);
    return describeAlias(of, stored);
  };

  const describeConfig = (
    { name }: StoredFunction,
    qualifier: string,
    { maximumRetryAttempts, maximumEventAgeSeconds, onFailure, modified }: EventInvokeConfig,
  ) => ({
    FunctionArn: store.arn({ name, qualifier }),
    MaximumRetryAttempts: maximumRetryAttempts,
    MaximumEventAgeInSeconds: maximumEventAgeSeconds,
    LastModified: modified,
    DestinationConfig: {
      OnSuccess: {},
      OnFailure: onFailure === undefined ? {} : { Destination: onFailure },
    },
  });

  const eventInvokeConfig = (input: sdk.GetFunctionEventInvokeConfigRequest) => {
    const found = store.get(input.FunctionName);
    const qualifier = input.Qualifier ?? LATEST;
    const config = found.eventInvokeConfigs.get(qualifier);
    if (!config) {
      throw new AwsError(
        'ResourceNotFoundException',
        `The function ${store.arn({ name: found.name, qualifier })} doesn't have an EventInvokeConfig`,
      );
    }
    return { found, qualifier, config };
  };

  return {
    PublishVersion: (input) => {
      const found = store.get(input.FunctionName);
      store.checkRevision(input.RevisionId, found.latest.revisionId);
      if (input.CodeSha256 && input.CodeSha256 !== found.latest.code.sha256) {
        throw new AwsError(
          'InvalidParameterValueException',
          `CodeSHA256 (${input.CodeSha256}) is different from current CodeSHA256 in $LATEST (${found.latest.code.sha256}). Please try again with the CodeSHA256 in $LATEST.`,
        );
      }
      return describeVersion(found, publishVersion(cloud, found, input.Description));
    },

    ListVersionsByFunction: (input) => {
      const found = store.get(input.FunctionName);
      const all = [found.latest, ...found.versions.values()];
      const { page, nextToken } = paginate(all, input.MaxItems ?? LIST_LENGTH, input.Marker);
      return { Versions: page.map((version) => describeVersion(found, version)), NextMarker: nextToken };
    },

    CreateAlias: (input) => {
      const found = store.get(input.FunctionName);
      const name = input.Name as string;
      if (found.aliases.has(name)) {
        const arn = store.arn({ name: found.name, qualifier: name });
        throw new AwsError('ResourceConflictException', `Alias already exists: ${arn}`);
      }
      return putAlias(found, {
        name,
        version: input.FunctionVersion as string,
        description: input.Description ?? '',
        weights: { ...input.RoutingConfig?.AdditionalVersionWeights },
      });
    },

    UpdateAlias: async (input) => {
      const found = store.get(input.FunctionName);
      const alias = store.alias(found, input.Name);
      store.checkRevision(input.RevisionId, alias.revisionId);
      const changed = putAlias(found, {
        name: alias.name,
        version: input.FunctionVersion ?? alias.version,
        description: input.Description ?? alias.description,
        weights: input.RoutingConfig ? { ...input.RoutingConfig.AdditionalVersionWeights } : alias.weights,
      });
      if (changed.FunctionVersion !== alias.version) await provisioned.follow(found, alias.name);
      return changed;
    },

    GetAlias: (input) => {
      const found = store.get(input.FunctionName);
      return describeAlias(found, store.alias(found, input.Name));
    },

    ListAliases: (input) => {
      const found = store.get(input.FunctionName);
      const all = [...found.aliases.values()].filter(
        ({ version }) => !input.FunctionVersion || version === input.FunctionVersion,
      );
      const { page, nextToken } = paginate(all, input.MaxItems ?? LIST_LENGTH, input.Marker);
      return { Aliases: page.map((alias) => describeAlias(found, alias)), NextMarker: nextToken };
    },

    DeleteAlias: async (input) => {
      const found = store.get(input.FunctionName);
      await provisioned.remove(found, input.Name as string);
      found.aliases.delete(input.Name as string);
      found.policies.delete(input.Name as string);
      return {};
    },

    PutFunctionEventInvokeConfig: (input) => {
      const found = store.get(input.FunctionName);
      const { role } = store.version(found, input.Qualifier);
      const { OnSuccess, OnFailure } = input.DestinationConfig ?? {};
      if (OnSuccess?.Destination) throw new NotImplementedError('OnSuccess of DestinationConfig');
      const onFailure = OnFailure?.Destination;
      if (onFailure !== undefined) checkDestination(cloud, role, onFailure);
      const config = {
        maximumRetryAttempts: input.MaximumRetryAttempts ?? DEFAULT_EVENT_HANDLING.maximumRetryAttempts,
        maximumEventAgeSeconds:
          input.MaximumEventAgeInSeconds ?? DEFAULT_EVENT_HANDLING.maximumEventAgeSeconds,
        onFailure,
        modified: cloud.clock.date(),
      };
      const qualifier = input.Qualifier ?? LATEST;
      found.eventInvokeConfigs.set(qualifier, config);
      return describeConfig(found, qualifier, config);
    },

    GetFunctionEventInvokeConfig: (input) => {
      const { found, qualifier, config } = eventInvokeConfig(input);
      return describeConfig(found, qualifier, config);
    },

    DeleteFunctionEventInvokeConfig: (input) => {
      const { found, qualifier } = eventInvokeConfig(input);
      found.eventInvokeConfigs.delete(qualifier);
      return {};
    },
  };
}

/** Where nothing is configured. */
export const DEFAULT_EVENT_HANDLING = { maximumRetryAttempts: 2, maximumEventAgeSeconds: 21_600 };

/** Publishes `$LATEST`; the newest version again if nothing has changed since. */
export function publishVersion(cloud: Cloud, of: StoredFunction, description?: string): FunctionVersion {
  const newest = of.versions.get(String(of.lastVersion));
  if (newest && sameContent(newest, of.latest)) return newest;
  of.lastVersion++;
  const version: FunctionVersion = {
    ...of.latest,
    version: String(of.lastVersion),
    description: description ?? of.latest.description,
    revisionId: cloud.uuid(),
    modified: cloud.clock.date(),
  };
  of.versions.set(version.version, version);
  return version;
}

function sameContent(a: FunctionVersion, b: FunctionVersion): boolean {
  const content = ({ version, revisionId, modified, description, ...rest }: FunctionVersion) =>
    JSON.stringify(rest);
  return content(a) === content(b);
}

function checkWeights({ version, weights }: Pick<FunctionAlias, 'version' | 'weights'>): void {
  const entries = Object.entries(weights);
  if (entries.length > 1) {
    throw new AwsError(
      'InvalidParameterValueException',
      'Number of items in AdditionalVersionWeights cannot be greater than 1',
    );
  }
  for (const [additional, weight] of entries) {
    if (additional === version || version === LATEST || additional === LATEST) {
      throw new AwsError(
        'InvalidParameterValueException',
        'Invalid function version in AdditionalVersionWeights. Version $LATEST and the version of the alias itself are not allowed',
      );
    }
    if (weight < 0 || weight > 1) {
      throw new AwsError(
        'InvalidParameterValueException',
        `Invalid weight ${weight} for function version ${additional}: it must be between 0 and 1`,
      );
    }
  }
}
