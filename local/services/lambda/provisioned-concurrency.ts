import type * as sdk from '@aws-sdk/client-lambda';
import { AwsError } from '../../gateway/aws-error';
import { paginate } from '../../gateway/paginate';
import type { Cloud, Operations } from '../../gateway/service';
import { invalid } from './errors';
import { parseFunctionName } from './function-name';
import type { FunctionRunner } from './function-runner';
import { type FunctionStore, LATEST } from './function-store';
import type { ProvisionedConcurrency, StoredFunction } from './stored-function';

const PAGE = 50;
/**
 * Of an account, and what no function may take of it:
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
const [IN_ALL, UNRESERVED] = [1000, 100];

/**
 * Environments that wait for requests. A machine has no room for as many as are asked for: up to three
 * processes are started, and count for all of them.
 *
 * Which configurations AWS refuses, and with what words:
 * https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html, and LocalStack, whose tests
 * compare with recorded answers of AWS (localstack-core/localstack/services/lambda_/provider.py).
 */
export class ProvisionedConcurrencies {
  constructor(
    private readonly cloud: Cloud,
    private readonly store: FunctionStore,
    private readonly runner: FunctionRunner,
  ) {}

  readonly operations: Operations<typeof sdk> = {
    PutProvisionedConcurrencyConfig: (input) => {
      const { found, qualifier } = this.target(input);
      const requested = input.ProvisionedConcurrentExecutions as number;
      this.check(found, qualifier, requested);
      const config: ProvisionedConcurrency = {
        requested,
        available: 0,
        status: 'IN_PROGRESS',
        modified: this.cloud.clock.date(),
      };
      configsOf(found).set(qualifier, config);
      this.allocate(found, qualifier);
      return describe(config);
    },

    GetProvisionedConcurrencyConfig: (input) => {
      const { found, qualifier } = this.target(input);
      return describe(configOf(found, qualifier));
    },

    ListProvisionedConcurrencyConfigs: (input) => {
      const found = this.store.get(input.FunctionName);
      const { page, nextToken } = paginate([...configsOf(found)], input.MaxItems ?? PAGE, input.Marker);
      return {
        ProvisionedConcurrencyConfigs: page.map(([qualifier, config]) => ({
          FunctionArn: this.store.arn({ name: found.name, qualifier }),
          ...describe(config),
        })),
        NextMarker: nextToken,
      };
    },

    DeleteProvisionedConcurrencyConfig: async (input) => {
      const { found, qualifier } = this.target(input);
      await this.remove(found, qualifier);
      return {};
    },
  };

  /** Starts the environments of all functions, as after a restart. */
  start(): void {
    for (const found of this.store.functions.values())
      for (const qualifier of configsOf(found).keys()) this.allocate(found, qualifier);
  }

  /**
   * Lets environments follow an alias that has changed: they are "deallocated from the old version and then
   * allocated to the new".
   */
  async follow(found: StoredFunction, alias: string): Promise<void> {
    const config = configsOf(found).get(alias);
    if (!config) return;
    configsOf(found).set(alias, { ...config, available: 0, status: 'IN_PROGRESS' });
    await this.release(found);
    this.allocate(found, alias);
  }

  /** Ends the environments of a version or alias, if it has any. */
  async remove(found: StoredFunction, qualifier: string): Promise<void> {
    if (configsOf(found).delete(qualifier)) await this.release(found);
  }

  /** @throws AwsError if the function, its version or its alias is not there */
  private target({ FunctionName, Qualifier }: { FunctionName?: string; Qualifier?: string }) {
    const found = this.store.get(FunctionName, Qualifier);
    const { qualifier = LATEST } = parseFunctionName(FunctionName ?? '', Qualifier);
    this.store.version(found, qualifier);
    return { found, qualifier };
  }

  /** @throws AwsError for what AWS refuses */
  private check(found: StoredFunction, qualifier: string, requested: number): void {
    const alias = found.aliases.get(qualifier);
    const configs = configsOf(found);
    if (qualifier === LATEST || alias?.version === LATEST) {
      throw invalid('Provisioned Concurrency Configs cannot be applied to unpublished function versions.');
    }
    if (alias && Object.keys(alias.weights).length > 0) {
      throw invalid('Alias with weights can not be used with Provisioned Concurrency');
    }
    if (alias && configs.has(alias.version)) {
      throw new AwsError(
        'ResourceConflictException',
        "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version",
      );
    }
    const others = [...configs].filter(([other]) => other !== qualifier);
    const version = alias?.version ?? qualifier;
    if (others.some(([other]) => found.aliases.get(other)?.version === version)) {
      throw new AwsError(
        'ResourceConflictException',
        'Version is pointed by a Provisioned Concurrency alias',
      );
    }
    const inAll = others.reduce((sum, [, config]) => sum + config.requested, requested);
    if (found.reservedConcurrency !== undefined && inAll > found.reservedConcurrency) {
      throw invalid(
        'Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function',
      );
    }
    if (requested > IN_ALL - UNRESERVED) {
      throw invalid(
        `Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${UNRESERVED}].`,
      );
    }
  }

  private allocate(found: StoredFunction, qualifier: string): void {
    const config = configOf(found, qualifier);
    const started = this.runner.provision(found, this.store.version(found, qualifier), config.requested);
    const noted = started.then((isReady) => {
      // Another one may have been asked for meanwhile.
      if (configsOf(found).get(qualifier) !== config) return;
      configsOf(found).set(
        qualifier,
        isReady
          ? { ...config, available: config.requested, status: 'READY' }
          : { ...config, status: 'FAILED', statusReason: 'FUNCTION_ERROR_INIT_FAILURE' },
      );
    });
    this.cloud.clock.track(noted);
  }

  /** Ends the environments of versions that have none any more. */
  private release(found: StoredFunction): Promise<void> {
    const versions = [...configsOf(found).keys()].map((qualifier) => this.store.version(found, qualifier));
    return this.runner.unprovisionOthers(found, versions);
  }
}

function configsOf(found: StoredFunction): Map<string, ProvisionedConcurrency> {
  found.provisionedConcurrencies ??= new Map();
  return found.provisionedConcurrencies;
}

/** @throws AwsError ProvisionedConcurrencyConfigNotFoundException */
function configOf(found: StoredFunction, qualifier: string): ProvisionedConcurrency {
  const config = configsOf(found).get(qualifier);
  if (config) return config;
  throw new AwsError(
    'ProvisionedConcurrencyConfigNotFoundException',
    'No Provisioned Concurrency Config found for this function',
  );
}

function describe({ requested, available, status, statusReason, modified }: ProvisionedConcurrency) {
  return {
    RequestedProvisionedConcurrentExecutions: requested,
    AvailableProvisionedConcurrentExecutions: available,
    AllocatedProvisionedConcurrentExecutions: available,
    Status: status,
    StatusReason: statusReason,
    LastModified: modified.toISOString().replace('Z', '+0000'),
  };
}
