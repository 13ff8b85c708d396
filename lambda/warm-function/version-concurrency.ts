import {
  type ApplicationAutoScalingClient,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  GetProvisionedConcurrencyConfigCommand,
  type LambdaClient,
  ProvisionedConcurrencyConfigNotFoundException,
  PutProvisionedConcurrencyConfigCommand,
} from '@aws-sdk/client-lambda';
import type { WarmFunctionSettings } from '../../contracts/functions/release';
import { endInstances, scalableVersion, stopScaling } from '../aws/provisioned-versions';

export interface VersionConcurrencyProps extends WarmFunctionSettings {
  readonly lambda: LambdaClient;
  readonly autoScaling: ApplicationAutoScalingClient;
}

/**
 * Provisioned concurrency of published versions of a function, not of its alias: it could not be changed
 * while the alias has weights, as in each release of the function
 * (https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html).
 */
export class VersionConcurrency {
  constructor(private readonly props: VersionConcurrencyProps) {}

  /**
   * Has the instances of a version started: as many as another one has, if these are more.
   *
   * @returns whether they are there
   * @throws Error if Lambda cannot start them
   */
  async warm(version: string, like: string | undefined): Promise<boolean> {
    const { minimum, maximum } = this.props.concurrency;
    const known = await this.find(version);
    const requested = known?.RequestedProvisionedConcurrentExecutions ?? 0;
    if (known?.Status === 'FAILED') {
      throw new Error(
        `Lambda could not start ${requested} instances of ${this.props.functionName}:${version}: ${known.StatusReason}`,
      );
    }
    if (requested < minimum || requested > maximum) {
      const others = like === undefined ? undefined : await this.find(like);
      const most = Math.max(minimum, others?.RequestedProvisionedConcurrentExecutions ?? 0);
      await this.request(version, Math.min(maximum, most));
      return false;
    }
    if (known?.Status !== 'READY') return false;
    if (maximum > minimum) await this.scale(version);
    else await stopScaling(this.props, version);
    return true;
  }

  /** Ends the instances of all versions but one. */
  keepOnly(version: string): Promise<void> {
    return endInstances(this.props, version);
  }

  private find(version: string) {
    return this.props.lambda
      .send(new GetProvisionedConcurrencyConfigCommand(this.qualified(version)))
      .catch((error: unknown) => {
        if (error instanceof ProvisionedConcurrencyConfigNotFoundException) return undefined;
        throw error;
      });
  }

  private async request(version: string, ProvisionedConcurrentExecutions: number): Promise<void> {
    await this.props.lambda.send(
      new PutProvisionedConcurrencyConfigCommand({
        ...this.qualified(version),
        ProvisionedConcurrentExecutions,
      }),
    );
  }

  private async scale(version: string): Promise<void> {
    const { autoScaling, concurrency, functionName } = this.props;
    const target = scalableVersion(functionName, version);
    await autoScaling.send(
      new RegisterScalableTargetCommand({
        ...target,
        MinCapacity: concurrency.minimum,
        MaxCapacity: concurrency.maximum,
      }),
    );
    await autoScaling.send(
      new PutScalingPolicyCommand({
        ...target,
        PolicyName: 'utilization',
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: concurrency.targetUtilization,
          PredefinedMetricSpecification: { PredefinedMetricType: 'LambdaProvisionedConcurrencyUtilization' },
        },
      }),
    );
  }

  private qualified(Qualifier: string) {
    return { FunctionName: this.props.functionName, Qualifier };
  }
}
