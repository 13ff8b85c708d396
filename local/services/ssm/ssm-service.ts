import * as sdk from '@aws-sdk/client-ssm';
import { AwsError } from '../../gateway/aws-error';
import { paginate } from '../../gateway/paginate';
import type { Cloud, Operations, Permission, ResourceProvider, Service } from '../../gateway/service';
import { implementedInputs } from './inputs';
import { checkParameterName, checkParameterValue } from './parameter-checks';
import { parameterResource } from './resources';

interface StoredParameter {
  readonly name: string;
  readonly type: sdk.ParameterType;
  readonly value: string;
  readonly version: number;
  readonly modified: Date;
  readonly description?: string;
  /** Values of the versions before, the oldest first. */
  readonly earlier?: readonly string[];
}

/** Versions of a parameter that are kept. */
const MOST_VERSIONS = 100;

/** Of GetParametersByPath, also the most that can be asked for. */
const PAGE_LENGTH = 10;

/** SSM: the parameter store. */
export class SsmService implements Service {
  readonly name = 'ssm';
  readonly sdk = sdk;
  readonly implementedInputs = implementedInputs;
  readonly resources: Readonly<Record<string, ResourceProvider>> = {
    'AWS::SSM::Parameter': parameterResource,
  };
  private readonly parameters: Map<string, StoredParameter>;

  constructor(private readonly cloud: Cloud) {
    this.parameters = cloud.table('ssm/parameters');
  }

  readonly operations: Operations<typeof sdk> = {
    PutParameter: (input) => {
      const name = input.Name as string;
      checkParameterName(name);
      const existing = this.parameters.get(name);
      if (existing && !input.Overwrite) {
        throw new AwsError(
          'ParameterAlreadyExists',
          'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
        );
      }
      if (!existing && !input.Type) {
        throw new AwsError(
          'ValidationException',
          'A parameter type is required when you create a parameter.',
        );
      }
      const value = input.Value as string;
      checkParameterValue(input);
      const version = (existing?.version ?? 0) + 1;
      const type = input.Type ?? existing?.type ?? 'String';
      this.parameters.set(name, {
        name,
        type,
        value,
        version,
        modified: this.cloud.clock.date(),
        description: input.Description,
        earlier: existing ? [...(existing.earlier ?? []), existing.value].slice(1 - MOST_VERSIONS) : [],
      });
      return { Version: version, Tier: 'Standard' };
    },

    GetParameter: (input) => ({ Parameter: this.describe(this.findVersion(input.Name as string)) }),

    GetParameters: (input) => {
      const names = input.Names ?? [];
      const found = names.filter((name) => this.parameters.has(name));
      return {
        Parameters: found.map((name) => this.describe(this.find(name))),
        InvalidParameters: names.filter((name) => !this.parameters.has(name)),
      };
    },

    GetParametersByPath: (input) => {
      const path = `${input.Path?.replace(/\/$/, '')}/`;
      const within = [...this.parameters.values()].filter(
        ({ name }) => name.startsWith(path) && (input.Recursive || !name.slice(path.length).includes('/')),
      );
      const { page, nextToken } = paginate(within, input.MaxResults ?? PAGE_LENGTH, input.NextToken);
      return { Parameters: page.map((parameter) => this.describe(parameter)), NextToken: nextToken };
    },

    DeleteParameter: (input) => {
      this.find(input.Name as string);
      this.parameters.delete(input.Name as string);
      return {};
    },

    AddTagsToResource: () => ({}),
  };

  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    const names = (input.Names as string[] | undefined) ?? [
      (input.Name ?? input.Path ?? input.ResourceId ?? '*') as string,
    ];
    // The version that a name selects is no part of what is permitted.
    return names.map((name) => ({
      action: `ssm:${operation}`,
      resource: this.arnOf(name.replace(/:\d+$/, '')),
    }));
  }

  private arnOf(name: string): string {
    return name.startsWith('arn:')
      ? name
      : this.cloud.arn('ssm', `parameter${name.startsWith('/') ? '' : '/'}${name}`);
  }

  /** A parameter as it is, or with `:<version>` after its name, as it was then. */
  private findVersion(selected: string): StoredParameter {
    const [, name = selected, selector] = /^(.*):(\d+)$/.exec(selected) ?? [];
    const parameter = this.find(name);
    if (selector === undefined) return parameter;
    const version = Number(selector);
    const values = [...(parameter.earlier ?? []), parameter.value];
    const value = values.at(version - parameter.version - 1);
    if (value === undefined || version > parameter.version) {
      throw new AwsError(
        'ParameterVersionNotFound',
        `Systems Manager could not find version ${selector} of ${name}. Verify the version and try again.`,
      );
    }
    return { ...parameter, value, version };
  }

  private find(nameOrArn: string): StoredParameter {
    const name = nameOrArn.replace(/^arn:.*:parameter/, '');
    const parameter = this.parameters.get(name) ?? this.parameters.get(name.replace(/^\//, ''));
    if (!parameter) throw new AwsError('ParameterNotFound', `Parameter ${name} not found.`);
    return parameter;
  }

  private describe({ name, type, value, version, modified }: StoredParameter): sdk.Parameter {
    return {
      Name: name,
      Type: type,
      Value: value,
      Version: version,
      LastModifiedDate: modified,
      ARN: this.arnOf(name),
      DataType: 'text',
    };
  }
}
