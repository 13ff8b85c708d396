import type { DescribeModelPackageCommandOutput } from '@aws-sdk/client-sagemaker';
import type {
  RegisterArtifactRequest,
  RegisterArtifactSettings,
} from '../../contracts/functions/registering';
import { isSameImage } from '../domain/records/container-image';
import { METRIC_PROPERTY, PRODUCTION_HOLDOUT } from '../domain/records/registry-properties';
import { RegistrationRefusedError } from './registration-refused-error';

/** A model package, as `DescribeModelPackage` tells of it. */
export type ModelPackage = Omit<DescribeModelPackageCommandOutput, '$metadata'>;

/**
 * What a model package that somebody else put into the registry asks for. Its `CustomerMetadataProperties`
 * name the `holdout`, the `sample`, the `label`, and a metric each as `metric:<name>`; its
 * `MetadataProperties` what made it.
 *
 * @throws RegistrationRefusedError if the pipeline could not serve it as it says
 */
export function packageRequest(found: ModelPackage, settings: PackageSettings): RegisterArtifactRequest {
  const { ModelPackageArn: sourcePackage = '', CustomerMetadataProperties = {}, MetadataProperties } = found;
  const { holdout = PRODUCTION_HOLDOUT, sample, label } = CustomerMetadataProperties;
  const { GeneratedBy: generatedBy, CommitId: commit, Repository: repository } = MetadataProperties ?? {};
  const provenance = { sourcePackage, generatedBy, createdBy: creatorOf(found), repository, commit };
  return {
    artifact: artifactOf(found, settings),
    holdout,
    sample,
    label,
    metrics: metricsOf(CustomerMetadataProperties),
    origin: generatedBy ?? sourcePackage,
    provenance,
    release: settings.onModelPackage === 'release',
  };
}

type PackageSettings = Pick<RegisterArtifactSettings, 'image' | 'servingEnvironment' | 'onModelPackage'>;

function artifactOf({ InferenceSpecification }: ModelPackage, settings: PackageSettings): string {
  const containers = InferenceSpecification?.Containers ?? [];
  const [container] = containers;
  if (!container || containers.length > 1) {
    throw new RegistrationRefusedError(
      `it has ${containers.length} containers, and a version is served by one: register the model that it ends with`,
    );
  }
  checkImage(container.Image, settings.image);
  checkEnvironment(container.Environment ?? {}, settings);
  const { S3Uri, S3DataType, CompressionType } = container.ModelDataSource?.S3DataSource ?? {};
  const isArchive = S3DataType === 'S3Object' && CompressionType === 'Gzip';
  const artifact = container.ModelDataUrl ?? (isArchive ? S3Uri : undefined);
  if (artifact !== undefined) return artifact;
  throw new RegistrationRefusedError(
    S3Uri === undefined
      ? 'it names no model: give its container the URI of a model.tar.gz as ModelDataUrl'
      : `its model ${S3Uri} is not an archive: pack it into a model.tar.gz, and give its container the URI as ModelDataUrl`,
  );
}

/** The model is to be served by what its trainer made it for. */
function checkImage(image: string | undefined, ofPipeline: string): void {
  if (image === undefined || isSameImage(image, ofPipeline)) return;
  throw new RegistrationRefusedError(
    `its container has the image ${image}, and this pipeline serves with ${ofPipeline}: register it with that image, or give the pipeline a container of this one`,
  );
}

/**
 * Variables by which the SageMaker Python SDK tells a container of script mode about itself, and about the
 * scripts in the archive (`sagemaker/model.py`): the pipeline has its own.
 */
const OF_SDK =
  /^SAGEMAKER_(PROGRAM|SUBMIT_DIRECTORY|REGION|CONTAINER_LOG_LEVEL|REQUIREMENTS|ENABLE_CLOUDWATCH_METRICS)$/;

function checkEnvironment(
  environment: Readonly<Record<string, string>>,
  { servingEnvironment }: PackageSettings,
): void {
  const { SAGEMAKER_SUBMIT_DIRECTORY: folder } = environment;
  if (folder?.startsWith('s3://')) {
    throw new RegistrationRefusedError(
      `its scripts are in ${folder} and not in code/ of its archive: put them there (a ModelStep of SageMaker Pipelines does, and so does SKLearnModel with enable_network_isolation)`,
    );
  }
  const others = Object.entries(environment).filter(
    ([name, value]) => servingEnvironment[name] !== value && !OF_SDK.test(name),
  );
  if (others.length === 0) return;
  throw new RegistrationRefusedError(
    `its container has environment variables that this pipeline does not set: ${others.map(([name, value]) => `${name}=${value}`).join(', ')}; set them by hosting.environment of the pipeline, or leave them out`,
  );
}

function metricsOf(properties: Readonly<Record<string, string>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([property, value]) => {
      if (!property.startsWith(METRIC_PROPERTY)) return [];
      if (value.trim() !== '' && Number.isFinite(Number(value)))
        return [[property.slice(METRIC_PROPERTY.length), Number(value)]];
      throw new RegistrationRefusedError(`its property ${property} is '${value}', and no number: correct it`);
    }),
  );
}

function creatorOf({ CreatedBy }: ModelPackage): string | undefined {
  return CreatedBy?.IamIdentity?.Arn ?? CreatedBy?.UserProfileArn ?? CreatedBy?.UserProfileName;
}
