import type { Cloud } from '../../gateway/service';
import { notFound } from './errors';
import type { StoredRule } from './rule';

export const DEFAULT_BUS = 'default';

export interface StoredBus {
  readonly name: string;
  readonly description?: string;
  readonly created: Date;
}

/** The rules, by the bus that they are on. */
export class Rules {
  readonly buses: Map<string, StoredBus>;
  private readonly rules: Map<string, StoredRule>;

  constructor(private readonly cloud: Cloud) {
    this.rules = cloud.table('events/rules');
    this.buses = cloud.table('events/buses');
  }

  all(): StoredRule[] {
    return [...this.rules.values()];
  }

  find(busName: string, name: string): StoredRule | undefined {
    return this.rules.get(key(busName, name));
  }

  put(rule: StoredRule): void {
    this.rules.set(key(rule.busName, rule.name), rule);
  }

  delete({ busName, name }: StoredRule): void {
    this.rules.delete(key(busName, name));
  }

  of(busName: string): StoredRule[] {
    return [...this.rules.values()]
      .filter((rule) => rule.busName === busName)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  get(name: string | undefined, bus: string | undefined): StoredRule {
    const busName = this.existingBus(bus);
    const rule = this.rules.get(key(busName, name ?? ''));
    if (!rule) throw notFound(`Rule ${name} does not exist on EventBus ${busName}.`);
    return rule;
  }

  existingBus(nameOrArn: string | undefined): string {
    const name = busNameOf(nameOrArn);
    if (name !== DEFAULT_BUS && !this.buses.has(name)) throw notFound(`Event bus ${name} does not exist.`);
    return name;
  }

  ruleArn(busName: string, name: string): string {
    return this.cloud.arn('events', `rule/${busName === DEFAULT_BUS ? '' : `${busName}/`}${name}`);
  }

  busArn(name: string): string {
    return this.cloud.arn('events', `event-bus/${name}`);
  }

  /** @throws AwsError ResourceNotFoundException if it is that of no rule and no bus */
  existingArn(arn: string | undefined): string {
    const isRule = this.all().some((rule) => rule.arn === arn);
    const isBus = [DEFAULT_BUS, ...this.buses.keys()].some((name) => this.busArn(name) === arn);
    if (arn && (isRule || isBus)) return arn;
    throw notFound(`The resource ${arn} does not exist.`);
  }
}

function key(busName: string, ruleName: string): string {
  return `${busName}/${ruleName}`;
}

export function busNameOf(nameOrArn: string | undefined): string {
  return nameOrArn?.split('/').pop() ?? DEFAULT_BUS;
}
