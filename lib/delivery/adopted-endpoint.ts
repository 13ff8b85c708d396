import { CustomResource, Duration } from 'aws-cdk-lib';
import { type IRole, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct, type IConstruct } from 'constructs';
import { endpointArn, LOOKING_AT_ENDPOINT, notMadeByAnother } from '../runtime/ownership';
import { rolesOf } from '../runtime/part-function';
import type { AdoptedNames, PipelineContext } from '../runtime/pipeline-context';
import { PipelineFunction } from '../runtime/pipeline-function';
import type { Hosting } from '../serving/hosting';

export interface AdoptedEndpointProps {
  readonly context: PipelineContext;
  /** Name of the variant that serves. */
  readonly variantName: string;
  readonly hosting: Hosting;
  /** Of requests to the pipeline's container, and of its answers. */
  readonly contentTypes: readonly string[];
}

/** Steps of an adoption, in their order; each has the attributes that it finds. */
type Step = 'endpoint' | 'variant' | 'model' | 'adoption';

/**
 * Takes an endpoint over that somebody else made. Names of its config, its model and its artifact are known
 * only when the stack is deployed: each is read by a permission on exactly what the step before has found.
 */
export class AdoptedEndpoint extends Construct {
  /** Names of what the endpoint had before, which the pipeline reads, and never changes or deletes. */
  readonly names: AdoptedNames;
  /** Roles of the functions that write versions. */
  readonly versionWriters: IRole[];
  private readonly handler: PipelineFunction<'adopt-endpoint'>;
  private readonly adoption: CustomResource;

  constructor(scope: Construct, id: string, props: AdoptedEndpointProps) {
    super(scope, id);
    const { context, variantName, hosting } = props;
    const { registry } = context;
    const endpoint = endpointArn(this, context);
    this.handler = new PipelineFunction(this, 'Handler', {
      context,
      asset: 'adopt-endpoint',
      description: 'Takes over an endpoint as it serves, and registers its model as a version',
      timeout: Duration.minutes(15),
      settings: {
        variantName,
        hosting: { instanceType: hosting.instanceType, initialInstanceCount: hosting.instanceCount },
        contentTypes: props.contentTypes,
        scales: hosting.scaling !== undefined,
        signingKey: registry.signingKey?.keyArn,
      },
    })
      .canSignVersions()
      .canReadRegistry()
      .canRecord()
      .canChangeRouting()
      .canWrite('models/')
      .allow(['s3:AbortMultipartUpload'], [context.bucket.arnForObjects('models/*/model.tar.gz')])
      .allow(LOOKING_AT_ENDPOINT, [endpoint])
      .allow(['sagemaker:AddTags'], [endpoint], notMadeByAnother(context))
      .allow(['sagemaker:CreateModelPackage'], [registry.modelPackageGroupArn, registry.arnForVersions()])
      .allow(['sagemaker:UpdateModelPackage'], [registry.arnForVersions()]);
    if (!hosting.scaling) {
      // The call cannot be limited to an endpoint: it has no resource types.
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_applicationautoscaling.html
      this.handler.allow(['application-autoscaling:DescribeScalableTargets'], ['*']);
    }
    this.versionWriters = rolesOf([this.handler]);

    const found = this.step('endpoint');
    const endpointConfigArn = found.getAttString('EndpointConfigArn');
    const variant = this.step(
      'variant',
      this.permission('ReadsConfig', ['sagemaker:DescribeEndpointConfig'], [endpointConfigArn]),
    );
    const modelArn = variant.getAttString('ModelArn');
    const model = this.step('model', this.permission('ReadsModel', ['sagemaker:DescribeModel'], [modelArn]));
    const artifacts = ['ArtifactArn', 'ScriptsArn'].map((name) => model.getAttString(name));
    this.adoption = this.step(
      'adoption',
      this.permission('ReadsArtifact', ['s3:GetObject', 's3:GetObjectVersion'], artifacts),
    );
    const endpointConfigName = found.getAttString('EndpointConfigName');
    this.names = { variantName, endpointConfigName, endpointConfigArn, modelArn };
  }

  /** What was found and done, in words; known once the stack is deployed. */
  get text(): string {
    return this.adoption.getAttString('Adoption');
  }

  /** Adopts once these are there. */
  follow(...constructs: IConstruct[]): void {
    this.adoption.node.addDependency(...constructs);
  }

  private permission(id: string, actions: string[], resources: string[]): Policy {
    return new Policy(this, id, {
      roles: rolesOf([this.handler]),
      statements: [new PolicyStatement({ actions, resources })],
    });
  }

  /** @param permission what it needs beside the function's own */
  private step(step: Step, permission?: Policy): CustomResource {
    const resource = new CustomResource(this, STEP_IDS[step], {
      resourceType: 'Custom::ModelPipelineAdoption',
      serviceToken: this.handler.functionArn,
      serviceTimeout: Duration.minutes(15),
      properties: { Step: step },
    });
    if (permission) resource.node.addDependency(permission);
    return resource;
  }
}

const STEP_IDS: Readonly<Record<Step, string>> = {
  endpoint: 'Endpoint',
  variant: 'Variant',
  model: 'Model',
  adoption: 'Resource',
};
