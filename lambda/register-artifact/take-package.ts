import * as z from 'zod/mini';
import type { RegisteredArtifact } from '../../contracts/functions/registering';
import { checkRegistered } from '../aws/check-artifacts';
import type { Notifier } from '../aws/notifier';
import { versionInProduction } from '../aws/version-in-production';
import { modelKey, modelPackageKey } from '../domain/records/bucket-layout';
import { checkDocument } from '../domain/records/document';
import { packageMetrics } from './package-metrics';
import { type ModelPackage, packageRequest } from './package-request';
import { type RegistrationProps, registerArtifact } from './register-artifact';
import { RegistrationRefusedError } from './registration-refused-error';

export interface TakePackageProps extends Omit<RegistrationProps, 'compare'> {
  readonly notifier: Pick<Notifier, 'tell'>;
  /**
   * Of this invocation and its retries, by which they know what they have begun: SageMaker may send several
   * events for each state change
   * (https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html).
   */
  readonly requestId: string;
  /**
   * As {@link RegistrationProps.compare}, once for each name.
   *
   * @throws Error named `ExecutionAlreadyExists` if there is an execution of that name with another version
   */
  readonly compare: (...args: [...Parameters<RegistrationProps['compare']>, name: string]) => Promise<string>;
}

/** Whether an event tells of a model package in the registry. */
export function isPackageEvent(event: unknown): boolean {
  return packageEvent.safeParse(event).success;
}

/**
 * Registers a model package that somebody else put into the registry as a version, once the promotion policy
 * has judged it. What cannot be registered is recorded, and people are notified; the package itself stays as
 * it is. Packages of the pipeline's own versions are left alone.
 *
 * @returns undefined if nothing was registered
 */
export async function takePackage(
  event: unknown,
  props: TakePackageProps,
): Promise<RegisteredArtifact | undefined> {
  const { detail } = checkDocument(packageEvent, event, 'event of a model package');
  const found = await props.registry.describe(detail.ModelPackageArn);
  const { ModelPackageVersion: number = 0, CreationTime: created = new Date(0) } = found;
  if (isApprovedVersion(found) || (await isOwn(found, props))) return undefined;
  if (!(await claim(modelPackageKey(number, created), props))) return undefined;
  try {
    checkClaims(found);
    checkStatus(found);
    const name = `package-${number}-${created.getTime()}`;
    const request = packageRequest(found, props.settings);
    const metrics = { ...(await packageMetrics(found, props)), ...request.metrics };
    return await registerArtifact(
      { ...request, metrics },
      { ...props, compare: (order) => props.compare(order, name) },
    );
  } catch (error) {
    // An earlier attempt of this invocation has come so far, and did not get the answer.
    if ((error as Error).name === 'ExecutionAlreadyExists') return undefined;
    if (!(error instanceof RegistrationRefusedError)) throw error;
    await recordRefusal(found, error, props);
    return undefined;
  }
}

/** One that says that it is a version: releases check whether it is. */
function isApprovedVersion({ ModelApprovalStatus, CustomerMetadataProperties }: ModelPackage): boolean {
  return ModelApprovalStatus === 'Approved' && CustomerMetadataProperties?.modelVersion !== undefined;
}

/** Only the pipeline writes where its versions are. */
async function isOwn(found: ModelPackage, { store }: TakePackageProps): Promise<boolean> {
  const { CustomerMetadataProperties: properties = {}, InferenceSpecification } = found;
  const { modelVersion } = properties;
  if (modelVersion === undefined) return false;
  const model = store.uriOf(modelKey(modelVersion, 'model.tar.gz'));
  if (InferenceSpecification?.Containers?.[0]?.ModelDataUrl !== model) return false;
  return checkRegistered({ modelVersion, properties }, store).then(
    () => true,
    (error: Error) => {
      if (error.name === 'ArtifactReplaced') return false;
      throw error;
    },
  );
}

/**
 * @throws RegistrationRefusedError if a package of somebody else says that it is a version of the pipeline
 */
function checkClaims({ CustomerMetadataProperties: { modelVersion } = {} }: ModelPackage): void {
  if (modelVersion === undefined) return;
  throw new RegistrationRefusedError(
    `it says that it is version ${modelVersion}, by its property modelVersion, and this pipeline did not register it so: delete it, and put it into the registry without this property`,
  );
}

/** @throws RegistrationRefusedError if its owner has approved it, or rejected it meanwhile */
function checkStatus({ ModelApprovalStatus }: ModelPackage): void {
  if (ModelApprovalStatus === 'PendingManualApproval') return;
  throw new RegistrationRefusedError(
    `its approval status is ${ModelApprovalStatus}, and only the promotion policy, and a person who answers the pipeline, approve versions: put it into the registry with the status PendingManualApproval`,
  );
}

/** Whether this invocation, or an attempt of it before, is the first that has come for a package. */
async function claim(key: string, { store, requestId }: TakePackageProps): Promise<boolean> {
  if (await store.writeOnce(key, JSON.stringify({ requestId }))) return true;
  return (await store.readJson(key, z.object({ requestId: z.string() }))).requestId === requestId;
}

async function recordRefusal(
  { ModelPackageArn = '', ModelPackageVersion, CreationTime }: ModelPackage,
  { message }: RegistrationRefusedError,
  props: TakePackageProps,
): Promise<void> {
  const { pipelineName, ledger, routing, notifier, now } = props;
  const champion = await versionInProduction(routing);
  const about = `${ModelPackageArn}@${CreationTime?.getTime()}`;
  const entry = await ledger.append({
    time: now().toISOString(),
    kind: 'refusal',
    pipeline: pipelineName,
    ...(champion && { champion }),
    reasons: [message],
    modelPackageArn: ModelPackageArn,
    execution: about,
  });
  const { sequence, reasons } = entry;
  await notifier.tell({
    subject: `${pipelineName}: model package ${ModelPackageVersion} was refused`,
    text: [
      `Model package ${ModelPackageVersion} of ${pipelineName} was not registered as a version. It stays as it is. ${champion ? `Version ${champion} keeps serving.` : 'Nothing is known to be in production.'}`,
      `Why: ${message}`,
      'What to do: correct the cause, and put another package into the registry; this one is not read again',
      `Package: ${ModelPackageArn}`,
      `Ledger entry: ${sequence}`,
    ].join('\n'),
    event: {
      type: 'RegistrationFailed',
      detail: {
        modelVersion: null,
        champion: champion ?? null,
        dataVersion: null,
        modelPackageArn: ModelPackageArn,
        reasons,
        execution: about,
        ledgerSequence: sequence,
        report: null,
      },
    },
    time: new Date(entry.time),
    about,
  });
}

const packageEvent = z.object({
  'detail-type': z.literal('SageMaker Model Package State Change'),
  detail: z.object({ ModelPackageArn: z.string() }),
});
