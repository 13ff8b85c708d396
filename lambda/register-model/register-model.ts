import * as z from 'zod/mini';
import type { RegisterModelSettings, Registration } from '../../contracts/functions/retraining';
import type { VersionSignature } from '../../contracts/version-signature';
import { checkArtifacts } from '../aws/check-artifacts';
import { inferenceSpecification } from '../aws/inference-specification';
import type { ModelRegistry, NewPackage } from '../aws/model-registry';
import { requestSchema } from '../aws/request-schema';
import type { ArtifactStore } from '../aws/store';
import type { VersionSigner } from '../aws/version-signer';
import { evaluationMetrics, evaluationVerdict, parseEvaluation } from '../domain/gate/evaluation';
import { parseEvaluationReport } from '../domain/gate/evaluation-report';
import { holdoutKey, manifestKey, modelKey } from '../domain/records/bucket-layout';
import { pinnedImage } from '../domain/records/container-image';
import { checkDocument, modelVersionText } from '../domain/records/document';
import { lineageSchema } from '../domain/records/lineage';
import { lineageProperties, metricProperties } from '../domain/records/registry-properties';
import { parseModelPlan } from '../domain/release/model-plan';
import { pinnedArtifacts, pinnedProperties } from '../domain/release/pinned-artifacts';
import type { VersionIdentity } from '../domain/release/version-signature';
import { formatCard, type ModelCard } from './model-card';
import { sageMakerCard } from './sagemaker-card';

export interface RegisterProps {
  readonly pipelineName: string;
  readonly store: ArtifactStore;
  readonly registry: ModelRegistry;
  readonly settings: RegisterModelSettings;
  /** Undefined if versions are not signed. */
  readonly signer?: VersionSigner | undefined;
  readonly now: () => Date;
}

/** What the workflow tells of a version. */
export type RegistrationRequest = z.infer<typeof request>;

/**
 * Writes a version's model card and registers it with metrics and lineage: approved if it may be released,
 * waiting for a person if the gate could not decide, rejected otherwise. A version that is registered already
 * has a newer evaluation: its package takes that.
 *
 * @throws ArtifactReplacedError if a file is not what training, packaging and profiling have written
 */
export async function registerModel(event: unknown, props: RegisterProps): Promise<Registration> {
  const { store, registry } = props;
  const registration = checkDocument(request, event, 'request for a registration');
  const { modelVersion } = registration;
  const card = await cardOf(registration, props);
  const content = sageMakerCard({
    card,
    evaluation: parseEvaluationReport(await store.readText(modelKey(modelVersion, 'evaluation-report.json'))),
    modelDataUrl: registration.modelDataUrl,
    datasets: {
      training: store.uriOf(manifestKey(card.lineage.dataVersion)),
      holdout: store.uriOf(holdoutKey(card.lineage.dataVersion, 'features')),
    },
  });
  await checkArtifacts(modelVersion, registration.artifacts, store);
  await store.writeJson(modelKey(modelVersion, 'artifacts.json'), registration.artifacts);
  await store.writeJson(modelKey(modelVersion, 'model-card.json'), content);
  await store.write(modelKey(modelVersion, 'model-card.md'), formatCard(card));
  const signature = await sign(registration, props);
  if (signature) await store.writeJson(modelKey(modelVersion, 'signature.json'), signature);
  const described: NewPackage = {
    ...packageOf(registration, props, signature),
    ModelCard: { ModelCardContent: JSON.stringify(content), ModelCardStatus: 'Draft' },
  };
  const newest = await registry.newest();
  if (newest?.modelVersion === modelVersion) {
    const { ModelApprovalStatus, CustomerMetadataProperties, ModelCard } = described;
    const ApprovalDescription = `compared with ${card.evaluation.champion ?? 'nothing'}`;
    const { modelPackageArn, packageVersion } = newest;
    await registry.judgeAgain(modelPackageArn, {
      ModelApprovalStatus,
      ApprovalDescription,
      CustomerMetadataProperties,
      ModelCard,
    });
    return { modelPackageArn, modelPackageVersion: packageVersion };
  }
  const modelPackageArn = await registry.register(modelVersion, described);
  // arn:aws:sagemaker:<region>:<account>:model-package/<group>/<number>
  return { modelPackageArn, modelPackageVersion: Number(modelPackageArn.split('/').at(-1)) };
}

async function cardOf(
  { modelVersion, evaluation, execution, trainingJob }: RegistrationRequest,
  { pipelineName, store, now }: RegisterProps,
): Promise<ModelCard> {
  const read = (file: 'plan.json' | 'baseline.json' | 'evaluation.json') =>
    store.readText(modelKey(modelVersion, file));
  const plan = parseModelPlan(await read('plan.json'));
  const { rows: holdoutRows, champion } = parseEvaluation(await read('evaluation.json'));
  const baseline = await store.readJson(
    modelKey(modelVersion, 'baseline.json'),
    z.object({ rows: z.number() }),
  );
  return {
    pipeline: pipelineName,
    modelVersion,
    parentVersion: plan.parentVersion,
    createdAt: now().toISOString(),
    lineage: plan.lineage,
    training: {
      job: trainingJob?.name,
      execution,
      rows: baseline.rows,
      label: plan.label,
      features: plan.columns,
      hyperparameters: ofTheScript(trainingJob?.hyperparameters ?? {}),
    },
    evaluation: {
      rows: holdoutRows,
      champion,
      verdict: evaluation.verdict,
      reasons: evaluation.reasons,
      metrics: evaluation.metrics,
    },
  };
}

/** The container that serves the version. */
function containerOf({
  lineage,
  modelDataUrl,
  environment,
}: RegistrationRequest): VersionIdentity['container'] {
  return { image: pinnedImage(lineage.image, lineage.imageDigest), modelDataUrl, environment };
}

async function sign(
  registration: RegistrationRequest,
  { pipelineName, signer }: RegisterProps,
): Promise<VersionSignature | undefined> {
  const { modelVersion, artifacts } = registration;
  const container = containerOf(registration);
  return signer?.sign({ pipelineName, modelVersion, artifacts, container });
}

function packageOf(
  registration: RegistrationRequest,
  { pipelineName, store, settings }: RegisterProps,
  signature: VersionSignature | undefined,
): NewPackage {
  const { modelVersion, parentVersion, artifacts, lineage, evaluation, execution } = registration;
  const { verdict, evaluationKey } = evaluation;
  const json = (key: string) => ({ ContentType: 'application/json', S3Uri: store.uriOf(key) });
  const baseline = json(modelKey(modelVersion, 'baseline.json'));
  const container = containerOf(registration);
  return {
    ModelPackageDescription: `Version ${modelVersion} of ${pipelineName}, ${lineage.origin === undefined ? `trained on data version ${lineage.dataVersion}` : 'trained elsewhere'}`,
    ModelApprovalStatus: STATUS_OF[verdict],
    InferenceSpecification: inferenceSpecification({
      ...container,
      contentTypes: settings.contentTypes,
      realtimeInstanceTypes: settings.instanceTypes.realtime,
      transformInstanceTypes: settings.instanceTypes.transform,
    }),
    ModelMetrics: {
      ModelQuality: { Statistics: json(evaluationKey) },
      ModelDataQuality: { Statistics: baseline },
    },
    DriftCheckBaselines: { ModelDataQuality: { Statistics: baseline } },
    MetadataProperties: {
      ...(lineage.commit !== undefined && { CommitId: lineage.commit }),
      ...(lineage.repository !== undefined && { Repository: lineage.repository }),
      GeneratedBy: execution,
    },
    CustomerMetadataProperties: {
      ...lineageProperties(lineage),
      ...metricProperties(registration.metrics ?? {}),
      ...pinnedProperties(artifacts),
      ...(signature && { signingKey: signature.keyArn }),
      ...(parentVersion && { parentVersion }),
      execution,
      verdict,
      report: evaluation.report,
    },
  };
}

/** Without those of the container, and what SageMaker adds if it searched. */
function ofTheScript(hyperparameters: Readonly<Record<string, string>>): Record<string, string> {
  const names = Object.keys(hyperparameters).filter((name) => !/^(sagemaker|_tuning)_/.test(name));
  return Object.fromEntries(names.map((name) => [name, hyperparameters[name] as string]));
}

const STATUS_OF = { promote: 'Approved', keep: 'Rejected', 'needs-person': 'PendingManualApproval' } as const;

const text = z.string().check(z.minLength(1));

const request = requestSchema(
  'register-model',
  z.object({
    modelVersion: modelVersionText,
    parentVersion: z.nullish(modelVersionText),
    modelDataUrl: text,
    artifacts: pinnedArtifacts,
    lineage: lineageSchema,
    evaluation: z.object({
      verdict: evaluationVerdict,
      reasons: z.array(z.string()),
      metrics: z.nullable(evaluationMetrics),
      evaluationKey: text,
      report: text,
    }),
    execution: text,
    environment: z.record(z.string(), z.string()),
    trainingJob: z.optional(z.object({ name: text, hyperparameters: z.record(z.string(), z.string()) })),
    metrics: z.optional(z.record(z.string(), z.number())),
  }),
);
