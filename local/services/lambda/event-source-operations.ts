import type * as sdk from '@aws-sdk/client-lambda';
import { AwsError, NotImplementedError } from '../../gateway/aws-error';
import { paginate } from '../../gateway/paginate';
import type { Cloud, Operations } from '../../gateway/service';
import { invalid, resourceNotFound } from './errors';
import type { EventSourceMapping } from './event-sources/event-source-mapping';
import type { EventSourceMappings } from './event-sources/event-source-mappings';
import { kafkaTopic } from './event-sources/kafka-topic';
import {
  changedSettings,
  checkMembers,
  defaultSettings,
  startingPosition,
} from './event-sources/mapping-settings';
import { parseFunctionName } from './function-name';
import type { FunctionStore } from './function-store';

const LIST_LENGTH = 100;

/** Sources whose items functions get. */
export function eventSourceOperations(
  cloud: Cloud,
  store: FunctionStore,
  mappings: EventSourceMappings,
): Operations<typeof sdk> {
  const describe = (mapping: EventSourceMapping, state?: string) => {
    const { functionName: name, qualifier } = mapping;
    return mappings.describe(mapping, store.arn({ name, qualifier }), state);
  };

  const find = (uuid: string | undefined) => {
    const mapping = mappings.all.get(uuid ?? '');
    if (!mapping) {
      throw resourceNotFound();
    }
    return mapping;
  };

  return {
    CreateEventSourceMapping: async (input) => {
      const { EventSourceArn: sourceArn = '', FunctionName = '' } = input;
      const uuid = cloud.uuid();
      const kafka = kafkaTopic(input, uuid);
      // Worded as LocalStack has it.
      if (!kafka && sourceArn === '') throw invalid('Unrecognized event source.');
      const source = mappings.sourceOf({ sourceArn, kafka });
      checkMembers(source, input);
      const { name, qualifier } = parseFunctionName(FunctionName);
      const mapping: EventSourceMapping = {
        uuid,
        sourceArn,
        kafka,
        functionName: name,
        qualifier,
        settings: changedSettings(defaultSettings(source), input),
        start: startingPosition(input),
        tags: { ...input.Tags },
        modified: cloud.clock.date(),
        lastResult: 'No records processed',
      };
      await source.check(mapping, store.get(FunctionName).latest);
      const existing = [...mappings.all.values()].find(
        (other) =>
          placeOf(other) === placeOf(mapping) && other.functionName === name && other.qualifier === qualifier,
      );
      if (existing) {
        throw new AwsError(
          'ResourceConflictException',
          `The event source arn (" ${placeOf(mapping)} ") and function (" ${name} ") provided mapping already exists. Please update or delete the existing mapping with UUID ${existing.uuid}`,
        );
      }
      mappings.add(mapping);
      return describe(mapping, 'Creating');
    },

    GetEventSourceMapping: (input) => describe(find(input.UUID)),

    ListEventSourceMappings: (input) => {
      const name = input.FunctionName && parseFunctionName(input.FunctionName).name;
      const found = [...mappings.all.values()].filter(
        (mapping) =>
          (!name || mapping.functionName === name) &&
          (!input.EventSourceArn || mapping.sourceArn === input.EventSourceArn),
      );
      const { page, nextToken } = paginate(found, input.MaxItems ?? LIST_LENGTH, input.Marker);
      return { EventSourceMappings: page.map((mapping) => describe(mapping)), NextMarker: nextToken };
    },

    UpdateEventSourceMapping: async (input) => {
      const mapping = find(input.UUID);
      if (input.FunctionName) {
        const { name, qualifier } = parseFunctionName(input.FunctionName);
        if (name !== mapping.functionName || qualifier !== mapping.qualifier) {
          throw new NotImplementedError('another FunctionName of an event source mapping');
        }
      }
      const source = mappings.sourceOf(mapping);
      checkMembers(source, input);
      const settings = changedSettings(mapping.settings, input);
      await source.check({ ...mapping, settings }, store.get(mapping.functionName).latest);
      mapping.settings = settings;
      mapping.modified = cloud.clock.date();
      mappings.restart(mapping);
      return describe(mapping, 'Updating');
    },

    DeleteEventSourceMapping: (input) => {
      const mapping = find(input.UUID);
      mappings.delete(mapping);
      return describe(mapping, 'Deleting');
    },
  };
}

/** What two mappings of a function cannot share. */
function placeOf({ sourceArn, kafka }: EventSourceMapping): string {
  return kafka ? `${kafka.bootstrapServers.join(',')}/${kafka.topic}` : sourceArn;
}
