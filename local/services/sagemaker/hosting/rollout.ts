import type { Clock } from '../../../gateway/clock';
import type { DeploymentPolicy, RolloutStep } from './deployment-policy';

/** Alarms change every minute at most, and so do the reasons to roll back. */
const LOOK_MILLIS = 30_000;

export interface RolloutProps {
  readonly clock: Clock;
  readonly policy: DeploymentPolicy;
  /** When the update was asked for, in virtual milliseconds. */
  readonly since: number;
  /** Why to roll back; undefined if there is no reason. */
  readonly objection: () => Promise<string | undefined>;
  /** Gives the new fleet a share of the traffic. */
  readonly shift: (share: number) => void;
  readonly finish: () => Promise<void>;
  readonly rollBack: (reason: string) => Promise<void>;
}

/** Leads traffic to a new fleet step by step, or back at the first objection. */
export class Rollout {
  /** Steps to come. */
  private readonly steps: RolloutStep[];
  /** When the step in progress is over, in virtual milliseconds. */
  private until: number;
  private readonly deadline: number;

  constructor(private readonly props: RolloutProps) {
    const { clock, policy, since } = props;
    this.steps = [...policy.steps];
    this.until = clock.now();
    this.deadline = since + (policy.maximumSeconds ?? Number.POSITIVE_INFINITY) * 1000;
  }

  /** Takes the steps that are due; the clock does the rest. */
  async proceed(): Promise<void> {
    const { clock, objection, finish, rollBack } = this.props;
    const reason = await objection();
    if (reason !== undefined) return rollBack(reason);
    while (clock.now() >= this.until) {
      const step = this.steps.shift();
      if (!step) return finish();
      this.props.shift(step.share);
      this.until = clock.now() + step.seconds * 1000;
    }
    if (clock.now() >= this.deadline) {
      return rollBack('The deployment took longer than MaximumExecutionTimeoutInSeconds.');
    }
    clock.at(Math.min(this.until, this.deadline, clock.now() + LOOK_MILLIS), () => this.proceed());
  }
}
