import type * as sdk from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../gateway/aws-error';
import { paginate } from '../../gateway/paginate';
import type { Cloud, Operations } from '../../gateway/service';
import { isObject, parseJson } from '../json';
import type { ResourceTags } from '../resource-tags';
import { invalid } from './errors';
import { matchesPattern, parseEventPattern } from './event-pattern';
import type { StoredRule } from './rule';
import type { RuleSchedules } from './rule-schedules';
import { DEFAULT_BUS, type Rules } from './rules';
import { parseSchedule } from './schedule';
import { validateTarget } from './target-delivery';
import { validateTargetInput } from './target-input';

const PAGE = 100;
const MOST_TARGETS = 5;

export interface RuleOperationsProps {
  readonly cloud: Cloud;
  readonly rules: Rules;
  readonly schedules: RuleSchedules;
  readonly tags: ResourceTags;
}

/** Rules, and the targets that they lead to. */
export function ruleOperations({ cloud, rules, schedules, tags }: RuleOperationsProps) {
  const store = (rule: StoredRule): void => {
    rules.put(rule);
    schedules.set(rule);
  };
  return {
    PutRule: (input) => {
      const busName = rules.existingBus(input.EventBusName);
      const name = input.Name as string;
      if (input.EventPattern === undefined && input.ScheduleExpression === undefined) {
        throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
      }
      if (input.ScheduleExpression !== undefined && busName !== DEFAULT_BUS) {
        throw invalid('ScheduleExpression is supported only on the default event bus.');
      }
      if (input.EventPattern !== undefined) parseEventPattern(input.EventPattern);
      const now = cloud.clock.now();
      if (input.ScheduleExpression !== undefined) parseSchedule(input.ScheduleExpression, now);
      const existing = rules.find(busName, name);
      const state = input.State ?? 'ENABLED';
      const isSameSchedule =
        existing?.scheduleExpression === input.ScheduleExpression && existing?.state === state;
      const rule: StoredRule = {
        name,
        arn: rules.ruleArn(busName, name),
        busName,
        description: input.Description,
        eventPattern: input.EventPattern,
        scheduleExpression: input.ScheduleExpression,
        roleArn: input.RoleArn,
        state,
        scheduledFrom: existing && isSameSchedule ? existing.scheduledFrom : now,
        targets: existing?.targets ?? new Map(),
      };
      store(rule);
      if (!existing) tags.add(rule.arn, input.Tags);
      return { RuleArn: rule.arn };
    },

    DescribeRule: (input) => {
      const rule = rules.get(input.Name, input.EventBusName);
      return { ...describeRule(rule), CreatedBy: cloud.account };
    },

    ListRules: (input) => {
      const busName = rules.existingBus(input.EventBusName);
      const { page, nextToken } = paginate(
        rules.of(busName).filter(({ name }) => name.startsWith(input.NamePrefix ?? '')),
        input.Limit ?? PAGE,
        input.NextToken,
      );
      return { Rules: page.map(describeRule), NextToken: nextToken };
    },

    EnableRule: (input) => {
      const rule = rules.get(input.Name, input.EventBusName);
      if (rule.state !== 'ENABLED') {
        store({ ...rule, state: 'ENABLED', scheduledFrom: cloud.clock.now() });
      }
      return {};
    },

    DisableRule: (input) => {
      store({ ...rules.get(input.Name, input.EventBusName), state: 'DISABLED' });
      return {};
    },

    DeleteRule: (input) => {
      const busName = rules.existingBus(input.EventBusName);
      const rule = rules.find(busName, input.Name as string);
      if (!rule) return {};
      if (rule.targets.size > 0) throw invalid("Rule can't be deleted since it has targets.");
      rules.delete(rule);
      tags.forget(rule.arn);
      schedules.set(rule);
      return {};
    },

    PutTargets: (input) => {
      const rule = rules.get(input.Rule, input.EventBusName);
      const targets = new Map(rule.targets);
      for (const target of input.Targets ?? []) {
        validateTarget(target);
        validateTargetInput(target);
        targets.set(target.Id as string, target);
      }
      if (targets.size > MOST_TARGETS) {
        throw new AwsError(
          'LimitExceededException',
          'The requested resource exceeds the maximum number allowed.',
        );
      }
      store({ ...rule, targets });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },

    RemoveTargets: (input) => {
      const rule = rules.get(input.Rule, input.EventBusName);
      const targets = new Map(rule.targets);
      const failed = (input.Ids ?? []).filter((id) => !targets.delete(id));
      store({ ...rule, targets });
      return {
        FailedEntryCount: failed.length,
        FailedEntries: failed.map((TargetId) => ({
          TargetId,
          ErrorCode: 'ResourceNotFoundException',
          ErrorMessage: `Rule ${rule.name} does not have a target with the Id ${TargetId}.`,
        })),
      };
    },

    ListTargetsByRule: (input) => {
      const { targets } = rules.get(input.Rule, input.EventBusName);
      const { page, nextToken } = paginate([...targets.values()], input.Limit ?? PAGE, input.NextToken);
      return { Targets: page, NextToken: nextToken };
    },

    ListRuleNamesByTarget: (input) => {
      const found = rules
        .of(rules.existingBus(input.EventBusName))
        .filter(({ targets }) => [...targets.values()].some(({ Arn }) => Arn === input.TargetArn));
      const { page, nextToken } = paginate(found, input.Limit ?? PAGE, input.NextToken);
      return { RuleNames: page.map(({ name }) => name), NextToken: nextToken };
    },

    TestEventPattern: (input) => {
      const pattern = parseEventPattern(input.EventPattern as string);
      const event = parseJson(input.Event as string);
      if (!isObject(event)) throw invalid('Parameter Event is not valid.');
      const fields = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'];
      const missing = fields.find((field) => event[field] === undefined);
      if (missing) throw invalid(`Parameter Event is not valid. Reason: ${missing} is missing`);
      return { Result: matchesPattern(pattern, event) };
    },
  } satisfies Operations<typeof sdk>;
}

function describeRule(rule: StoredRule): sdk.Rule {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: rule.eventPattern,
    ScheduleExpression: rule.scheduleExpression,
    State: rule.state,
    Description: rule.description,
    RoleArn: rule.roleArn,
    EventBusName: rule.busName,
  };
}
