import type * as sdk from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../gateway/aws-error';
import type { Cloud, Operations } from '../../gateway/service';
import type { ResourceTags } from '../resource-tags';
import { invalid } from './errors';
import { DEFAULT_BUS, type Rules } from './rules';

/** Event buses; the default one is always there. */
export function busOperations(cloud: Cloud, rules: Rules, tags: ResourceTags) {
  return {
    CreateEventBus: (input) => {
      const name = input.Name as string;
      if (name === DEFAULT_BUS || rules.buses.has(name)) {
        throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
      }
      rules.buses.set(name, { name, description: input.Description, created: cloud.clock.date() });
      tags.add(rules.busArn(name), input.Tags);
      return { EventBusArn: rules.busArn(name), Description: input.Description };
    },

    DescribeEventBus: (input) => {
      const name = rules.existingBus(input.Name);
      const bus = rules.buses.get(name);
      return {
        Name: name,
        Arn: rules.busArn(name),
        Description: bus?.description,
        CreationTime: bus?.created,
      };
    },

    ListEventBuses: (input) => {
      const names = [DEFAULT_BUS, ...rules.buses.keys()].filter((name) =>
        name.startsWith(input.NamePrefix ?? ''),
      );
      return { EventBuses: names.map((Name) => ({ Name, Arn: rules.busArn(Name) })) };
    },

    DeleteEventBus: (input) => {
      const name = input.Name as string;
      if (name === DEFAULT_BUS) throw invalid('Cannot delete event bus default.');
      if (rules.of(name).length > 0) throw invalid(`Event bus ${name} can't be deleted since it has rules.`);
      rules.buses.delete(name);
      return {};
    },
  } satisfies Operations<typeof sdk>;
}
