import type {
  RegisterArtifactRequest,
  RegisterArtifactSettings,
} from '../../contracts/functions/registering';
import type { ModelSignature } from '../../contracts/model-signature';
import type { RegisteredVersion } from '../aws/model-registry';
import type { Baseline } from '../domain/data/baseline';
import { inferSignature } from '../domain/model-signature/infer-signature';
import { servedGraph, UnservableModelError } from '../domain/onnx/served-graph';
import { compareModelVersions, parseModelVersion } from '../domain/records/model-version';
import { MOST_METRICS } from '../domain/records/registry-properties';
import { type ArchiveContents, CODE_FOLDER, ONNX_FILE } from './inspect-archive';
import { RegistrationRefusedError } from './registration-refused-error';

/** What the registry keeps as the name of a property. */
export const METRIC_NAME = /^[A-Za-z][\w.-]{0,40}$/;

/** @throws RegistrationRefusedError if the registry has no room for them */
export function checkMetrics(metrics: Readonly<Record<string, number>>): void {
  const count = Object.keys(metrics).length;
  if (count <= MOST_METRICS) return;
  throw new RegistrationRefusedError(
    `the model has ${count} metrics, and the registry keeps ${MOST_METRICS} with a version: leave out those that matter least`,
  );
}

/** @throws RegistrationRefusedError if the version could not be served */
export function checkContents(
  { files, scripts }: ArchiveContents,
  uri: string,
  { inferenceScript, source, servesByFunction, files: required }: RegisterArtifactSettings,
): void {
  const has = (path: string) => files.includes(path) || scripts.includes(path);
  const script = inferenceScript === undefined ? undefined : `${CODE_FOLDER}${inferenceScript}`;
  const needed = [
    ...(script === undefined || has(script) || source ? [] : [script]),
    ...(servesByFunction ? [ONNX_FILE] : []),
  ];
  const missing = needed.filter((path) => !has(path));
  if (missing.length === 0) {
    checkLayout([...files, ...scripts], uri, required);
    return;
  }
  const folder = files.find((path) => missing.some((each) => path.endsWith(`/${each}`)));
  throw new RegistrationRefusedError(
    folder === undefined
      ? `${uri} has no ${missing.join(' and no ')}, only ${listed(files)}: ${WAYS_OUT[missing[0] === ONNX_FILE ? 'onnx' : 'script']}`
      : `${uri} has ${folder} instead of ${missing.join(' and ')}: pack the content of the folder, not the folder itself: "tar -czf model.tar.gz -C <folder> ."`,
  );
}

/** The container loads what is in its place. */
function checkLayout(
  paths: readonly string[],
  uri: string,
  required: RegisterArtifactSettings['files'],
): void {
  const missing = required.filter(({ pattern }) => !paths.some((path) => new RegExp(pattern).test(path)));
  if (missing.length === 0) return;
  throw new RegistrationRefusedError(
    `${uri} has no file that the container of this pipeline loads, only ${listed(paths)}: it needs ${missing.map(({ description }) => description).join('; and ')}`,
  );
}

function listed(paths: readonly string[]): string {
  return paths.length > 10 ? `${paths.slice(0, 10).join(', ')}, ...` : paths.join(', ');
}

const WAYS_OUT = {
  script:
    'add the script that loads the model and answers requests, or give the pipeline a source folder that has it',
  onnx: 'export the model to ONNX and add it, since a function serves, or leave out serverlessInference',
};

/** @throws RegistrationRefusedError if the container could not take the rows */
export function checkRows(rows: string | undefined, { contentTypes }: RegisterArtifactSettings): void {
  if (rows === undefined || contentTypes.includes('text/csv')) return;
  throw new RegistrationRefusedError(
    `the rows of ${rows} are sent as text/csv, and the container takes ${contentTypes.join(', ')}: register the model with requests in JSON instead (model-pipeline register --requests)`,
  );
}

/** @throws RegistrationRefusedError if there are rows beside the requests that are instead of them */
export function checkRequests({ requests, sample, holdout }: RegisterArtifactRequest): void {
  if (requests === undefined || (sample === undefined && holdout === undefined)) return;
  throw new RegistrationRefusedError(
    `the requests ${requests} are what traffic is compared with, and so is ${sample === undefined ? `the holdout ${holdout}` : `the sample ${sample}`}: give one of them`,
  );
}

/** @throws RegistrationRefusedError if a version of that number would not be the newest */
export function checkVersion(version: string, newest: RegisteredVersion | undefined): void {
  if (!newest) return;
  if (compareModelVersions(parseModelVersion(version), parseModelVersion(newest.modelVersion)) > 0) return;
  throw new RegistrationRefusedError(
    `version ${version} does not come after ${newest.modelVersion}, which is registered already: choose a later one, or none, to get the next`,
  );
}

/**
 * The signature of a model; undefined if neither rows nor a graph tell it.
 *
 * @throws RegistrationRefusedError if a function could not serve the model
 */
export function signatureOf(
  { onnx }: ArchiveContents,
  rows: Pick<Baseline, 'features' | 'inputs'> | undefined,
  uri: string,
  {
    servesByFunction,
    problem,
    label,
  }: Pick<RegisterArtifactSettings, 'servesByFunction' | 'problem' | 'label'>,
): ModelSignature | undefined {
  try {
    const graph = servesByFunction && onnx ? servedGraph(onnx) : undefined;
    if (!graph && !rows) return undefined;
    const { features = {}, inputs: tensors } = rows ?? {};
    if (graph && tensors) return inferSignature({ features: {}, label, problem, graph });
    return inferSignature({ features, tensors, label, problem, graph });
  } catch (cause) {
    if (!(cause instanceof UnservableModelError)) throw cause;
    throw new RegistrationRefusedError(`${uri} could not be served by the function: ${cause.message}`, {
      cause,
    });
  }
}

/** Scripts of an archive come before those of the pipeline. */
export function usesSource(
  { scripts }: ArchiveContents,
  { inferenceScript }: RegisterArtifactSettings,
): boolean {
  return inferenceScript !== undefined && !scripts.includes(`${CODE_FOLDER}${inferenceScript}`);
}
