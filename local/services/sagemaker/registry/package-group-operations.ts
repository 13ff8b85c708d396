import type * as sdk from '@aws-sdk/client-sagemaker';
import { AwsError } from '../../../gateway/aws-error';
import type { Cloud, Operations } from '../../../gateway/service';
import { listPage } from '../list-page';
import type { Store } from '../store';
import { groupName } from './package-reference';
import type { StoredPackageGroup } from './stored-package';

export function packageGroupOperations(cloud: Cloud, store: Store): Operations<typeof sdk> {
  const { packageGroups, packages, tags } = store;
  return {
    CreateModelPackageGroup: (input) => {
      const name = input.ModelPackageGroupName as string;
      const arn = packageGroups.arn(name);
      packageGroups.add(name, {
        name,
        created: cloud.clock.date(),
        description: input.ModelPackageGroupDescription,
        nextVersion: 1,
      });
      tags.begin(arn, input.Tags);
      return { ModelPackageGroupArn: arn };
    },

    DescribeModelPackageGroup: (input) => {
      const group = packageGroups.get(groupName(input.ModelPackageGroupName));
      return { ...packageGroupSummary(store, group), CreatedBy: {} };
    },

    DeleteModelPackageGroup: (input) => {
      const { name } = packageGroups.get(groupName(input.ModelPackageGroupName));
      if (packages.all().some(({ ModelPackageGroupName }) => ModelPackageGroupName === name)) {
        throw new AwsError(
          'ConflictException',
          'Model Package Group cannot be deleted because it still contains versioned model packages.',
        );
      }
      packageGroups.delete(name);
      tags.forget(packageGroups.arn(name));
      return {};
    },

    ListModelPackageGroups: (input) => {
      const { page, nextToken } = listPage(packageGroups.all(), (group) => group, input, 'Ascending');
      return {
        ModelPackageGroupSummaryList: page.map((group) => packageGroupSummary(store, group)),
        NextToken: nextToken,
      };
    },
  };
}

/** What lists and searches tell of a group. */
export function packageGroupSummary(
  { packageGroups }: Store,
  { name, description, created }: StoredPackageGroup,
) {
  return {
    ModelPackageGroupName: name,
    ModelPackageGroupArn: packageGroups.arn(name),
    ModelPackageGroupDescription: description,
    CreationTime: created,
    ModelPackageGroupStatus: 'Completed' as const,
  };
}
