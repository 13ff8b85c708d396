import type * as sdk from '@aws-sdk/client-ecr';
import { AwsError } from '../../gateway/aws-error';
import type { Cloud } from '../../gateway/service';

export interface Repository {
  readonly name: string;
  readonly arn: string;
  readonly created: Date;
  tagMutability: sdk.ImageTagMutability;
  scanOnPush: boolean;
  lifecyclePolicy?: string;
  policy?: string;
}

/** The repositories of the account's registry. */
export class Repositories {
  private readonly byName: Map<string, Repository>;

  constructor(private readonly cloud: Cloud) {
    this.byName = cloud.table('ecr/repositories');
  }

  /** @throws AwsError RepositoryAlreadyExistsException */
  add(name: string, settings: Pick<Repository, 'tagMutability' | 'scanOnPush'>): Repository {
    if (this.byName.has(name)) {
      throw new AwsError(
        'RepositoryAlreadyExistsException',
        `The repository with name '${name}' already exists in the registry with id '${this.cloud.account}'`,
      );
    }
    const repository = { name, arn: this.arnOf(name), created: this.cloud.clock.date(), ...settings };
    this.byName.set(name, repository);
    return repository;
  }

  /** @throws AwsError RepositoryNotFoundException */
  find(name: string | undefined): Repository {
    const repository = this.byName.get(name as string);
    if (repository) return repository;
    throw new AwsError(
      'RepositoryNotFoundException',
      `The repository with name '${name}' does not exist in the registry with id '${this.cloud.account}'`,
    );
  }

  names(): string[] {
    return [...this.byName.keys()];
  }

  policyOf(arn: string): string | undefined {
    return [...this.byName.values()].find((candidate) => candidate.arn === arn)?.policy;
  }

  delete(name: string): void {
    this.byName.delete(name);
  }

  arnOf(name: string, registryId = this.cloud.account): string {
    return this.cloud.arn('ecr', `repository/${name}`).replace(this.cloud.account, registryId);
  }
}
