import type { IReleaseStrategy } from './release-strategy-config';
import { allAtOnce } from './strategies/all-at-once';
import { type BlueGreenOptions, blueGreen } from './strategies/blue-green';
import { type CanaryOptions, canary } from './strategies/canary';
import { DeploymentGuardrails, type DeploymentGuardrailsOptions } from './strategies/deployment-guardrails';
import { InPlace, type InPlaceOptions } from './strategies/in-place';
import { type LinearOptions, linear } from './strategies/linear';
import { type ShadowOptions, shadow } from './strategies/shadow';
import type { ReleaseOptions } from './strategies/stepped-release';

/**
 * The ways of releasing a version. All but deployment guardrails and updates in place put the challenger
 * beside the champion, as a second variant.
 */
export class ReleaseStrategy {
  /**
   * The challenger takes all traffic in one step once it has passed the smoke test; the champion stays up
   * while it bakes.
   */
  static allAtOnce(options: ReleaseOptions = {}): IReleaseStrategy {
    return allAtOnce(options);
  }

  /** Traffic moves in steps of your choice. */
  static blueGreen(options: BlueGreenOptions = {}): IReleaseStrategy {
    return blueGreen(options);
  }

  /** A small share of the traffic first, then all of it. */
  static canary(options: CanaryOptions = {}): IReleaseStrategy {
    return canary(options);
  }

  /** Traffic moves in equal steps. */
  static linear(options: LinearOptions = {}): IReleaseStrategy {
    return linear(options);
  }

  /**
   * The challenger gets copies of the champion's requests first, and nobody sees its answers: they are
   * compared with the champion's. Then it gets traffic as another strategy says.
   */
  static shadow(options: ShadowOptions = {}): IReleaseStrategy {
    return shadow(options);
  }

  /**
   * SageMaker's own blue/green deployment: a second fleet of the same variant, and alarms that undo it. For
   * teams that want AWS's own mechanism: only alarms are evaluated, and a rollback takes minutes.
   */
  static deploymentGuardrails(options: DeploymentGuardrailsOptions = {}): IReleaseStrategy {
    return new DeploymentGuardrails(options);
  }

  /**
   * One update of the endpoint puts the challenger in the champion's place. It is smoke-tested after the
   * update, and alarms judge it while it bakes; a rollback is another update, which takes minutes. For
   * endpoints that hold one version at a time.
   */
  static inPlace(options: InPlaceOptions = {}): IReleaseStrategy {
    return new InPlace(options);
  }

  private constructor() {}
}
