import { Names } from 'aws-cdk-lib';
import { type OnEventOptions, Rule } from 'aws-cdk-lib/aws-events';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { CfnModelPackageGroup } from 'aws-cdk-lib/aws-sagemaker';
import { Construct, type IConstruct } from 'constructs';
import { arn } from '../runtime/arn';
import { Validation } from '../runtime/validation';

/** The registry of one model: a SageMaker model package group of this stack, or one that exists already. */
export interface IModelRegistry extends IConstruct {
  /** Name of the SageMaker model package group. */
  readonly modelPackageGroupName: string;
  /** ARN of the SageMaker model package group. */
  readonly modelPackageGroupArn: string;

  /** Pattern of the ARNs of all versions. */
  arnForVersions(): string;
  /** Lets a role list and describe the versions. */
  grantRead(grantee: IGrantable): Grant;
  /** Lets a role register versions. */
  grantRegister(grantee: IGrantable): Grant;
  /** Lets a role approve and reject versions, and change what is noted of them. */
  grantApprove(grantee: IGrantable): Grant;
  /** A rule for versions that are approved, when they are registered or later. */
  onApproved(id: string, options?: OnEventOptions): Rule;
}

export interface ModelRegistryProps {
  /**
   * Name of the SageMaker model package group: 1 to 63 letters, digits and inner hyphens.
   * @default - a generated name
   */
  readonly modelPackageGroupName?: string;

  /** @default - none */
  readonly description?: string;
}

/**
 * What a registry of this stack and an existing one have in common.
 *
 * @internal
 */
export abstract class ModelRegistryBase extends Construct implements IModelRegistry {
  abstract readonly modelPackageGroupName: string;
  abstract readonly modelPackageGroupArn: string;

  arnForVersions(): string {
    return arn(this, 'sagemaker', `model-package/${this.modelPackageGroupName}/*`);
  }

  grantRead(grantee: IGrantable): Grant {
    // Lists of model packages cannot be limited to a group:
    // https://docs.aws.amazon.com/sagemaker/latest/dg/api-permissions-reference.html
    return this.grant(grantee, ['sagemaker:ListModelPackages'], ['*'])
      .combine(this.grant(grantee, ['sagemaker:DescribeModelPackageGroup'], [this.modelPackageGroupArn]))
      .combine(this.grant(grantee, ['sagemaker:DescribeModelPackage'], [this.arnForVersions()]));
  }

  grantRegister(grantee: IGrantable): Grant {
    const resources = [this.modelPackageGroupArn, this.arnForVersions()];
    return this.grant(grantee, ['sagemaker:CreateModelPackage'], resources);
  }

  grantApprove(grantee: IGrantable): Grant {
    return this.grant(grantee, ['sagemaker:UpdateModelPackage'], [this.arnForVersions()]);
  }

  onApproved(id: string, options: OnEventOptions = {}): Rule {
    const { target, ...ruleOptions } = options;
    const rule = new Rule(this, id, ruleOptions);
    // https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
    rule.addEventPattern({
      source: ['aws.sagemaker'],
      detailType: ['SageMaker Model Package State Change'],
      detail: {
        ModelPackageGroupName: [this.modelPackageGroupName],
        ModelApprovalStatus: ['Approved'],
      },
    });
    rule.addTarget(target);
    return rule;
  }

  private grant(grantee: IGrantable, actions: string[], resourceArns: string[]): Grant {
    return Grant.addToPrincipal({ grantee, actions, resourceArns });
  }
}

/** The registry of one model: a SageMaker model package group. */
export class ModelRegistry extends ModelRegistryBase {
  /** A registry that exists in the stack's account and region. */
  static fromModelPackageGroupName(
    scope: Construct,
    id: string,
    modelPackageGroupName: string,
  ): IModelRegistry {
    return new ImportedModelRegistry(scope, id, modelPackageGroupName);
  }

  readonly modelPackageGroupName: string;
  readonly modelPackageGroupArn: string;
  /** @internal */
  readonly _group: CfnModelPackageGroup;

  /** @throws Error if the name is not valid */
  constructor(scope: Construct, id: string, props: ModelRegistryProps = {}) {
    super(scope, id);
    const name =
      props.modelPackageGroupName ??
      Names.uniqueResourceName(this, { maxLength: 63, separator: '-', allowedSpecialCharacters: '-' });
    new Validation(this)
      .check(
        name,
        /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/.test(name),
        'modelPackageGroupName must be 1 to 63 letters, digits and inner hyphens',
      )
      .finish();
    this._group = new CfnModelPackageGroup(this, 'Resource', {
      modelPackageGroupName: name,
      modelPackageGroupDescription: props.description,
    });
    this.modelPackageGroupName = this._group.modelPackageGroupName;
    this.modelPackageGroupArn = this._group.attrModelPackageGroupArn;
    this.node.defaultChild = this._group;
  }
}

class ImportedModelRegistry extends ModelRegistryBase {
  readonly modelPackageGroupArn: string;

  constructor(
    scope: Construct,
    id: string,
    readonly modelPackageGroupName: string,
  ) {
    super(scope, id);
    this.modelPackageGroupArn = arn(this, 'sagemaker', `model-package-group/${modelPackageGroupName}`);
  }
}
