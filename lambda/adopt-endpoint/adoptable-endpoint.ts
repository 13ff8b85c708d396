import {
  type ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  type ContainerDefinition,
  DescribeEndpointCommand,
  type DescribeEndpointCommandOutput,
  DescribeEndpointConfigCommand,
  type DescribeEndpointConfigCommandOutput,
  DescribeModelCommand,
  type DescribeModelCommandOutput,
  type ProductionVariant,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import type { AdoptEndpointSettings } from '../../contracts/functions/adoption';
import { ignoreMissing, tagsOfResource } from '../aws/pipeline-resources';
import { scalableTarget } from '../aws/scaling-targets';
import { isMadeBy, NAME_TAG, type Owner, ownerText } from '../domain/release/ownership';

export interface AdoptableEndpointProps extends Owner {
  readonly endpointName: string;
  readonly settings: AdoptEndpointSettings;
  readonly sageMaker: SageMakerClient;
  readonly autoScaling: ApplicationAutoScalingClient;
}

/** The variant that serves, and the endpoint config that names its model. */
export interface ServingVariant {
  readonly endpoint: DescribeEndpointCommandOutput;
  readonly config: DescribeEndpointConfigCommandOutput;
  readonly variant: ProductionVariant & { readonly ModelName: string };
}

/** The model that serves, and its only container. */
export interface ServingModel {
  readonly model: DescribeModelCommandOutput;
  readonly container: ContainerDefinition & { readonly Image: string; readonly ModelDataUrl: string };
}

/** The endpoint is not one that the pipeline can take over as it serves; it stays as it is. */
export class NotAdoptableError extends Error {
  override readonly name = 'NotAdoptable';
}

/**
 * An endpoint that somebody else made, as far as the pipeline can take it over: everything else is refused.
 */
export class AdoptableEndpoint {
  constructor(private readonly props: AdoptableEndpointProps) {}

  /** @throws NotAdoptableError */
  async describe(): Promise<DescribeEndpointCommandOutput> {
    const { sageMaker, endpointName } = this.props;
    const endpoint = await sageMaker
      .send(new DescribeEndpointCommand({ EndpointName: endpointName }))
      .catch(ignoreMissing);
    if (!endpoint) {
      throw this.refusal(
        'it does not exist in this account and region: correct adopt.endpointName, or leave out adopt, and the first release creates an endpoint',
      );
    }
    await this.checkOwner(endpoint.EndpointArn);
    if (endpoint.EndpointStatus !== 'InService') {
      throw this.refusal(
        `its status is ${endpoint.EndpointStatus}: deploy again once it is InService (aws sagemaker wait endpoint-in-service --endpoint-name ${endpointName})`,
      );
    }
    if (endpoint.AsyncInferenceConfig) {
      throw this.refusal(
        'it answers asynchronously, and its answers cannot be compared during a release: leave it as it is, and release the model to an endpoint of the pipeline',
      );
    }
    this.checkVariants(endpoint);
    return endpoint;
  }

  /** @throws NotAdoptableError */
  async describeVariant(): Promise<ServingVariant> {
    const { sageMaker, settings } = this.props;
    const endpoint = await this.describe();
    const { EndpointConfigName } = endpoint;
    const config = await sageMaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName }));
    const variant = config.ProductionVariants?.find(
      ({ VariantName }) => VariantName === settings.variantName,
    );
    if (!variant?.ModelName) {
      throw this.refusal(
        `its variant '${settings.variantName}' names no model, because inference components bring theirs: give the model an endpoint of its own`,
      );
    }
    this.checkInstances(variant, endpoint);
    await this.checkScaling();
    return { endpoint, config, variant: { ...variant, ModelName: variant.ModelName } };
  }

  /** @throws NotAdoptableError */
  async describeModel(): Promise<ServingVariant & ServingModel> {
    const serving = await this.describeVariant();
    const { ModelName } = serving.variant;
    const model = await this.props.sageMaker.send(new DescribeModelCommand({ ModelName }));
    const { Containers = [], PrimaryContainer = Containers[0] } = model;
    if (!PrimaryContainer || Containers.length > 1) {
      throw this.refusal(
        `its model ${ModelName} is an inference pipeline of ${Containers.length} containers, and a version is one: put the steps into one model, and update the endpoint with it`,
      );
    }
    const { Mode, ModelPackageName, Image, ModelDataUrl } = PrimaryContainer;
    if (Mode === 'MultiModel') {
      throw this.refusal(
        `its model ${ModelName} is a multi-model container, which has no version of its own: give each model an endpoint`,
      );
    }
    if (ModelPackageName) {
      throw this.refusal(
        `its model ${ModelName} is the model package ${ModelPackageName}, not an artifact: create a model with the Image and ModelDataUrl of that package, and update the endpoint with it`,
      );
    }
    if (!Image || !ModelDataUrl) {
      throw this.refusal(
        `its model ${ModelName} has no ModelDataUrl of a model.tar.gz${Image ? '' : ' and no Image'}: pack the model into one, and update the endpoint with it`,
      );
    }
    if (!ModelDataUrl.endsWith('.tar.gz')) {
      throw this.refusal(
        `its model ${ModelName} has the artifact ${ModelDataUrl}, which is not a .tar.gz: pack it, and update the endpoint with it`,
      );
    }
    return { ...serving, model, container: { ...PrimaryContainer, Image, ModelDataUrl } };
  }

  private async checkOwner(arn: string | undefined): Promise<void> {
    const tags = await tagsOfResource(this.props.sageMaker, arn);
    if (isMadeBy(this.props, tags) || !tags.some(({ Key }) => Key === NAME_TAG)) return;
    throw this.refusal(
      `it belongs to another pipeline (${ownerText(tags)}): deploy that pipeline without it first; if that pipeline is gone, remove the tags: aws sagemaker delete-tags --resource-arn ${arn} --tag-keys model-pipeline model-pipeline-id`,
    );
  }

  private checkVariants({
    ProductionVariants = [],
    ShadowProductionVariants = [],
  }: DescribeEndpointCommandOutput): void {
    const { variantName, hosting } = this.props.settings;
    const names = ProductionVariants.map(({ VariantName }) => VariantName);
    if (names.length !== 1) {
      throw this.refusal(
        `it has ${names.length} production variants (${names.join(', ')}), and a pipeline has one version in production: update it to a config with one of them`,
      );
    }
    if (ShadowProductionVariants.length > 0) {
      throw this.refusal(
        `it has the shadow variant ${ShadowProductionVariants[0]?.VariantName}: end the shadow test, or update it to a config without shadows`,
      );
    }
    if (names[0] !== variantName) {
      throw this.refusal(
        `its variant is '${names[0]}', not '${variantName}': set adopt.variantName to '${names[0]}'`,
      );
    }
    if (ProductionVariants[0]?.CurrentServerlessConfig) {
      throw this.refusal(
        `it is serverless, and SageMaker cannot give it the instances that a release needs (here ${hosting.instanceType}): leave it as it is, and release the model to an endpoint of the pipeline`,
      );
    }
  }

  /** Both variants of a release have the pipeline's instances, so that none of them changes the capacity. */
  private checkInstances({ InstanceType }: ProductionVariant, endpoint: DescribeEndpointCommandOutput): void {
    const { hosting, scales } = this.props.settings;
    const count = endpoint.ProductionVariants?.[0]?.DesiredInstanceCount;
    const isSame =
      InstanceType === hosting.instanceType && (scales || count === hosting.initialInstanceCount);
    if (isSame) return;
    throw this.refusal(
      `it runs ${count} x ${InstanceType}, but the pipeline's hosting says ${hosting.initialInstanceCount} x ${hosting.instanceType}: set hosting: { instanceType: '${InstanceType}', instanceCount: ${count} }; change them in a later deploy, which is a release`,
    );
  }

  /**
   * A release ends the scaling of the variant that it replaces, and only what the pipeline knows begins
   * again.
   */
  private async checkScaling(): Promise<void> {
    const { autoScaling, endpointName, settings } = this.props;
    if (settings.scales) return;
    const { ServiceNamespace, ResourceId, ScalableDimension } = scalableTarget(
      endpointName,
      settings.variantName,
    );
    const { ScalableTargets: [target] = [] } = await autoScaling.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace, ScalableDimension, ResourceIds: [ResourceId] }),
    );
    if (!target) return;
    throw this.refusal(
      `its variant '${settings.variantName}' scales from ${target.MinCapacity} to ${target.MaxCapacity} instances, which the first release would end: give the pipeline hosting.scaling, by which the variant in production scales after each release`,
    );
  }

  private refusal(why: string): NotAdoptableError {
    return new NotAdoptableError(
      `the endpoint '${this.props.endpointName}' cannot be adopted, and was not changed: ${why}`,
    );
  }
}
