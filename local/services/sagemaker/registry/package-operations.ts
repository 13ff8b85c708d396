import type * as sdk from '@aws-sdk/client-sagemaker';
import { AwsError, NotImplementedError } from '../../../gateway/aws-error';
import type { Cloud, Operations } from '../../../gateway/service';
import type { EventBridgeService } from '../../eventbridge/eventbridge-service';
import { listPage } from '../list-page';
import type { Store } from '../store';
import { findPackage, groupName, packageKey } from './package-reference';
import type { StoredPackage } from './stored-package';

const MOST_METADATA_PROPERTIES = 50;

/** What a package keeps as it was given. */
const KEPT = [
  'ModelPackageDescription',
  'InferenceSpecification',
  'ModelMetrics',
  'DriftCheckBaselines',
  'MetadataProperties',
  'ModelCard',
  'Domain',
  'Task',
  'SamplePayloadUrl',
  'SkipModelValidation',
  'SourceUri',
] as const;

export function packageOperations(cloud: Cloud, store: Store): Operations<typeof sdk> {
  const { packages, packageGroups, tags } = store;

  const save = (changed: StoredPackage): void => {
    packages.put(packageKey(changed.ModelPackageArn), changed);
    cloud.service<EventBridgeService>('events').emit({
      source: 'aws.sagemaker',
      'detail-type': 'SageMaker Model Package State Change',
      resources: [changed.ModelPackageArn],
      detail: changed,
    });
  };

  return {
    CreateModelPackage: (input, { principal }) => {
      if (input.ModelPackageGroupName === undefined) {
        throw new NotImplementedError('model packages without ModelPackageGroupName');
      }
      const group = packageGroups.get(groupName(input.ModelPackageGroupName));
      if ((input.Tags ?? []).length > 0) {
        throw new AwsError(
          'ValidationException',
          'Tags are not supported for versioned model packages: they use the tags of their model package group.',
        );
      }
      const version = group.nextVersion;
      const key = `${group.name}/${version}`;
      const now = cloud.clock.date();
      const kept = Object.fromEntries(KEPT.map((name) => [name, input[name]]));
      const created: StoredPackage = {
        ...kept,
        ModelPackageName: key,
        ModelPackageGroupName: group.name,
        ModelPackageVersion: version,
        ModelPackageArn: packages.arn(key),
        CreationTime: now,
        LastModifiedTime: now,
        // https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UserContext.html
        CreatedBy: { IamIdentity: { Arn: principal.arn } },
        ModelPackageStatus: 'Completed',
        ModelPackageStatusDetails: { ValidationStatuses: [], ImageScanStatuses: [] },
        CertifyForMarketplace: input.CertifyForMarketplace ?? false,
        ModelApprovalStatus: input.ModelApprovalStatus ?? 'PendingManualApproval',
        CustomerMetadataProperties: checkedMetadata({ ...input.CustomerMetadataProperties }),
      };
      packageGroups.put(group.name, { ...group, nextVersion: version + 1 });
      save(created);
      tags.begin(created.ModelPackageArn, []);
      return { ModelPackageArn: created.ModelPackageArn };
    },

    DescribeModelPackage: (input) => findPackage(store, input.ModelPackageName),

    UpdateModelPackage: (input) => {
      const found = findPackage(store, input.ModelPackageArn);
      const properties: Record<string, string> = {
        ...found.CustomerMetadataProperties,
        ...input.CustomerMetadataProperties,
      };
      for (const name of input.CustomerMetadataPropertiesToRemove ?? []) delete properties[name];
      save({
        ...found,
        ModelApprovalStatus: input.ModelApprovalStatus ?? found.ModelApprovalStatus,
        ApprovalDescription: input.ApprovalDescription ?? found.ApprovalDescription,
        ModelCard: input.ModelCard ?? found.ModelCard,
        ModelLifeCycle: input.ModelLifeCycle ?? found.ModelLifeCycle,
        CustomerMetadataProperties: checkedMetadata(properties),
        LastModifiedTime: cloud.clock.date(),
        LastModifiedBy: {},
      });
      return { ModelPackageArn: found.ModelPackageArn };
    },

    DeleteModelPackage: (input) => {
      const { ModelPackageArn } = findPackage(store, input.ModelPackageName);
      packages.delete(packageKey(ModelPackageArn));
      tags.forget(ModelPackageArn);
      return {};
    },

    ListModelPackages: (input) => {
      const group = input.ModelPackageGroupName && packageGroups.get(groupName(input.ModelPackageGroupName));
      const isWithVersions =
        group || input.ModelPackageType === 'Versioned' || input.ModelPackageType === 'Both';
      // Without a group AWS lists packages without versions, of which there are none here.
      const listed = packages
        .all()
        .filter(
          ({ ModelPackageGroupName, ModelApprovalStatus }) =>
            isWithVersions &&
            (!group || ModelPackageGroupName === group.name) &&
            (input.ModelApprovalStatus ?? ModelApprovalStatus) === ModelApprovalStatus,
        );
      const { page, nextToken } = listPage(listed, factsOf, input, 'Ascending');
      return { ModelPackageSummaryList: page.map(summary), NextToken: nextToken };
    },
  };
}

function factsOf({ ModelPackageArn, CreationTime }: StoredPackage) {
  return { name: packageKey(ModelPackageArn), created: CreationTime };
}

function summary(found: StoredPackage) {
  return {
    ModelPackageGroupName: found.ModelPackageGroupName,
    ModelPackageVersion: found.ModelPackageVersion,
    ModelPackageArn: found.ModelPackageArn,
    ModelPackageDescription: found.ModelPackageDescription,
    CreationTime: found.CreationTime,
    ModelPackageStatus: found.ModelPackageStatus,
    ModelApprovalStatus: found.ModelApprovalStatus,
  };
}

function checkedMetadata(properties: Record<string, string>): Record<string, string> {
  if (Object.keys(properties).length > MOST_METADATA_PROPERTIES) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value at 'customerMetadataProperties' failed to satisfy constraint: Map must have at most ${MOST_METADATA_PROPERTIES} entries`,
    );
  }
  return properties;
}
