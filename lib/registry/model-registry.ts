import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnModelPackageGroup } from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';
import { arn } from '../runtime/arn';
import { Validation } from '../runtime/validation';
import { refuseOtherKeys } from './signing-key';

export interface ModelRegistryProps {
  /**
   * Name of the SageMaker model package group: letters, digits and hyphens, at most 63.
   */
  readonly groupName: string;

  /** @default - none */
  readonly description?: string;

  /**
   * Tags of the group.
   * @default - none
   */
  readonly tags?: { readonly [key: string]: string };

  /**
   * Asymmetric KMS key with the key usage `SIGN_VERIFY`. The pipeline signs each version with it that it
   * registers.
   * @default - versions are not signed
   */
  readonly signingKey?: IKey;
}

/** The registry of one model: a SageMaker model package group whose packages carry semantic versions and lineage. */
export class ModelRegistry extends Construct {
  readonly modelPackageGroupName: string;
  readonly modelPackageGroupArn: string;
  /** The key that signs versions; undefined if they are not signed. */
  readonly signingKey?: IKey;
  /** @internal */
  readonly _group: CfnModelPackageGroup;

  constructor(scope: Construct, id: string, props: ModelRegistryProps) {
    super(scope, id);
    const validation = new Validation(this).check(
      props.groupName,
      /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/.test(props.groupName),
      'groupName must be 1 to 63 letters, digits and inner hyphens',
    );
    refuseOtherKeys(props.signingKey, validation);
    validation.finish();
    this.signingKey = props.signingKey;
    const group = new CfnModelPackageGroup(this, 'Resource', {
      modelPackageGroupName: props.groupName,
      modelPackageGroupDescription: props.description,
      tags: Object.entries(props.tags ?? {}).map(([key, value]) => ({ key, value })),
    });
    this._group = group;
    this.modelPackageGroupName = group.modelPackageGroupName;
    this.modelPackageGroupArn = group.attrModelPackageGroupArn;
    this.node.defaultChild = group;
  }

  /** ARN pattern of all packages of the group. */
  arnForVersions(): string {
    return arn(this, 'sagemaker', `model-package/${this.modelPackageGroupName}/*`);
  }
}
