import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  GetAliasCommand,
  LambdaClient,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { LiveAlias } from '../../lambda/aws/live-alias';
import type { ServiceFixture } from '../local/services/service-fixture';

/** A function with published versions, whose alias `live` is at the first, as a pipeline's stack makes it. */
export class ServedFunction {
  static readonly NAME = 'churn-function';
  readonly lambda: LambdaClient;
  readonly alias: LiveAlias;

  private constructor(fixture: ServiceFixture) {
    this.lambda = new LambdaClient(fixture.config());
    this.alias = new LiveAlias(this.lambda, { functionName: ServedFunction.NAME, aliasName: 'live' });
  }

  static async create(fixture: ServiceFixture, versions: number): Promise<ServedFunction> {
    const served = new ServedFunction(fixture);
    const trust = {
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    };
    const { Role } = await new IAMClient(fixture.config()).send(
      new CreateRoleCommand({ RoleName: 'function', AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    await served.lambda.send(
      new CreateFunctionCommand({
        FunctionName: ServedFunction.NAME,
        Role: Role?.Arn,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { ZipFile: zipSync({ 'index.js': strToU8('exports.handler = async () => 1') }) },
        Publish: true,
      }),
    );
    await served.lambda.send(
      new CreateAliasCommand({ FunctionName: ServedFunction.NAME, Name: 'live', FunctionVersion: '1' }),
    );
    for (let version = 2; version <= versions; version++) await served.publish(version);
    return served;
  }

  /** Where the alias leads: a version, and the share of another one. */
  async live(): Promise<[version: string | undefined, shares?: Record<string, number>]> {
    const { FunctionVersion, RoutingConfig } = await this.lambda.send(
      new GetAliasCommand({ FunctionName: ServedFunction.NAME, Name: 'live' }),
    );
    const shares = RoutingConfig?.AdditionalVersionWeights;
    return shares ? [FunctionVersion, shares] : [FunctionVersion];
  }

  async versions(): Promise<(string | undefined)[]> {
    const { Versions = [] } = await this.lambda.send(
      new ListVersionsByFunctionCommand({ FunctionName: ServedFunction.NAME }),
    );
    return Versions.map(({ Version }) => Version);
  }

  /** A version that does not start. */
  async publishBroken(): Promise<void> {
    const FunctionName = ServedFunction.NAME;
    const ZipFile = zipSync({ 'index.js': strToU8('throw new Error("no start")') });
    await this.lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
    await this.lambda.send(new PublishVersionCommand({ FunctionName }));
  }

  private async publish(memory: number): Promise<void> {
    const FunctionName = ServedFunction.NAME;
    await this.lambda.send(
      new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize: 128 + memory }),
    );
    await this.lambda.send(new PublishVersionCommand({ FunctionName }));
  }
}
