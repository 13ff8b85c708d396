import { AwsError } from '../../gateway/aws-error';
import type { Cloud } from '../../gateway/service';
import { type FunctionReference, parseFunctionName } from './function-name';
import type {
  FunctionAlias,
  FunctionVersion,
  LayerVersion,
  StoredFunction,
  StoredLayer,
  StoredUrl,
} from './stored-function';

export const LATEST = '$LATEST';

/** The functions and layers of the account. */
export class FunctionStore {
  readonly functions: Map<string, StoredFunction>;
  readonly layers: Map<string, StoredLayer>;
  readonly urls: Map<string, StoredUrl>;

  constructor(private readonly cloud: Cloud) {
    this.functions = cloud.table('lambda/functions');
    this.layers = cloud.table('lambda/layers');
    this.urls = cloud.table('lambda/urls');
  }

  /** ARN of a function, or of a version or alias of it. */
  arn({ name, qualifier }: FunctionReference): string {
    return this.cloud.arn('lambda', `function:${name}${qualifier ? `:${qualifier}` : ''}`);
  }

  /**
   * @param given name or ARN, perhaps with a qualifier
   * @throws AwsError ResourceNotFoundException
   */
  get(given: string | undefined, qualifier?: string): StoredFunction {
    const reference = parseFunctionName(given ?? '', qualifier);
    const found = this.functions.get(reference.name);
    if (!found) throw this.notFound(reference);
    return found;
  }

  /** Deletes a function with its URLs. */
  delete({ name }: StoredFunction): void {
    this.functions.delete(name);
    for (const { id, functionName } of [...this.urls.values()])
      if (functionName === name) this.urls.delete(id);
  }

  /**
   * The alias that a qualifier names, if it names one.
   *
   * @throws AwsError ResourceNotFoundException
   */
  alias(of: StoredFunction, name: string | undefined): FunctionAlias {
    const alias = of.aliases.get(name ?? '');
    if (!alias) {
      const arn = this.arn({ name: of.name, qualifier: name ?? '' });
      throw new AwsError('ResourceNotFoundException', `Alias not found: ${arn}`);
    }
    return alias;
  }

  /**
   * The version that a qualifier stands for; for an alias its main version.
   *
   * @throws AwsError ResourceNotFoundException
   */
  version(of: StoredFunction, qualifier: string | undefined): FunctionVersion {
    if (qualifier === undefined || qualifier === LATEST) return of.latest;
    const version = of.versions.get(of.aliases.get(qualifier)?.version ?? qualifier);
    if (!version) throw this.notFound({ name: of.name, qualifier });
    return version;
  }

  /**
   * The version that runs the next invocation: an alias spreads them by its weights.
   *
   * @throws AwsError ResourceNotFoundException
   */
  versionToRun(of: StoredFunction, qualifier: string | undefined): FunctionVersion {
    let share = this.cloud.random();
    const alias = of.aliases.get(qualifier ?? '');
    for (const [version, weight] of Object.entries(alias?.weights ?? {})) {
      share -= weight;
      if (share < 0) return this.version(of, version);
    }
    return this.version(of, qualifier);
  }

  /**
   * @throws AwsError InvalidParameterValueException
   */
  layerVersion(arn: string): LayerVersion {
    const [, name = '', version] = /:layer:([^:]+):(\d+)$/.exec(arn) ?? [];
    const found = this.layers.get(name)?.versions.get(Number(version));
    if (!found) {
      throw new AwsError('InvalidParameterValueException', `Layer version ${arn} does not exist.`);
    }
    return found;
  }

  /**
   * @throws AwsError PreconditionFailedException if the caller knows an older state
   */
  checkRevision(expected: string | undefined, actual: string): void {
    if (expected !== undefined && expected !== actual) {
      throw new AwsError(
        'PreconditionFailedException',
        'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
      );
    }
  }

  private notFound(reference: FunctionReference): AwsError {
    return new AwsError('ResourceNotFoundException', `Function not found: ${this.arn(reference)}`);
  }
}
