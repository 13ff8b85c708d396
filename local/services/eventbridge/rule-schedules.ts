import type { Timer } from '../../gateway/clock';
import type { Cloud } from '../../gateway/service';
import type { StoredRule } from './rule';
import type { Rules } from './rules';
import { parseSchedule } from './schedule';

/** The timers of rules on a schedule. */
export class RuleSchedules {
  private readonly timers = new Map<string, Timer>();

  /** @param fire gets each rule at its times */
  constructor(
    private readonly cloud: Cloud,
    private readonly rules: Rules,
    private readonly fire: (rule: StoredRule, time: Date) => void,
  ) {}

  /** Schedules go on after a restart. */
  start(): void {
    for (const rule of this.rules.all()) this.set(rule);
  }

  stop(): void {
    for (const timer of this.timers.values()) timer.cancel();
  }

  /** Sets the timer of the next firing again; a rule that is gone or disabled gets none. */
  set({ busName, name, arn }: StoredRule): void {
    this.timers.get(arn)?.cancel();
    this.timers.delete(arn);
    const rule = this.rules.find(busName, name);
    if (rule?.scheduleExpression === undefined || rule.state === 'DISABLED') return;
    const next = parseSchedule(rule.scheduleExpression, rule.scheduledFrom).next(this.cloud.clock.now());
    if (next === undefined) return;
    const fire = () => {
      this.set(rule);
      this.fire(rule, new Date(next));
    };
    this.timers.set(arn, this.cloud.clock.at(next, fire));
  }
}
