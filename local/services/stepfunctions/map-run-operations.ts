import type * as sdk from '@aws-sdk/client-sfn';
import { AwsError } from '../../gateway/aws-error';
import { paginate } from '../../gateway/paginate';
import type { Operations } from '../../gateway/service';
import type { MachineStore } from './machine-store';
import type { MapRuns } from './map-run/map-runs';

const PAGE = 100;

/** What one may do with Map Runs. */
export function mapRunOperations(store: MachineStore, mapRuns: MapRuns) {
  return {
    ListMapRuns: (input) => {
      const { arn } = store.execution(input.executionArn);
      const found = [...store.mapRuns.values()].filter(({ executionArn }) => executionArn === arn).reverse();
      const { page, nextToken } = paginate(found, input.maxResults || PAGE, input.nextToken);
      return {
        mapRuns: page.map(({ arn: mapRunArn, executionArn, stateMachineArn, started, stopped }) => ({
          executionArn,
          mapRunArn,
          stateMachineArn,
          startDate: started,
          stopDate: stopped,
        })),
        nextToken,
      };
    },

    DescribeMapRun: (input) => {
      const run = store.mapRun(input.mapRunArn);
      return {
        mapRunArn: run.arn,
        executionArn: run.executionArn,
        status: run.status,
        startDate: run.started,
        stopDate: run.stopped,
        maxConcurrency: run.maxConcurrency,
        toleratedFailureCount: run.toleratedFailureCount ?? 0,
        toleratedFailurePercentage: run.toleratedFailurePercentage ?? 0,
        executionCounts: { ...run.executionCounts },
        itemCounts: { ...run.itemCounts },
        redriveCount: 0,
      };
    },

    UpdateMapRun: (input) => {
      const { arn, status } = store.mapRun(input.mapRunArn);
      const { maxConcurrency, toleratedFailureCount, toleratedFailurePercentage } = input;
      if (status !== 'RUNNING')
        throw new AwsError('ValidationException', `Map Run is ${status} and cannot be updated: '${arn}'`);
      mapRuns.update(arn, {
        ...(maxConcurrency !== undefined && { maxConcurrency }),
        ...(toleratedFailureCount !== undefined && { toleratedFailureCount }),
        ...(toleratedFailurePercentage !== undefined && { toleratedFailurePercentage }),
      });
      return {};
    },
  } satisfies Operations<typeof sdk>;
}
