import { signatureChanges } from '../../lambda/domain/model-signature/signature-changes';
import type { VersionFacts } from './version-facts';

/** One part of two versions: what of it is another, or nothing. */
export interface PartDiff {
  readonly part: 'data' | 'code' | 'image' | 'hyperparameters' | 'schema' | 'metrics' | 'size';
  /** One for each thing that was added (+), removed (-) or changed (~). */
  readonly changes: readonly string[];
}

/** What differs between two versions, part by part. */
export function diffVersions(from: VersionFacts, to: VersionFacts): PartDiff[] {
  const filesOf = ({ data }: VersionFacts) =>
    new Map(data.map(({ key, versionId, checksum }) => [key, `${versionId} ${checksum}`]));
  const settings = ({ hyperparameters }: VersionFacts) => new Map(Object.entries(hyperparameters));
  return [
    { part: 'data', changes: entryChanges(filesOf(from), filesOf(to)) },
    { part: 'code', changes: entryChanges(from.code, to.code) },
    { part: 'image', changes: valueChange(imageOf(from), imageOf(to)) },
    { part: 'hyperparameters', changes: entryChanges(settings(from), settings(to), { showValues: true }) },
    { part: 'schema', changes: schemaChanges(from, to) },
    { part: 'metrics', changes: metricChanges(from, to) },
    { part: 'size', changes: valueChange(`${from.bytes} bytes`, `${to.bytes} bytes`) },
  ];
}

/** By its name and, where that is known, what the name stood for. */
function imageOf({ plan: { lineage } }: VersionFacts): string {
  const { image, imageDigest, trainingImage, trainingImageDigest } = lineage;
  const serving = [image, imageDigest ?? []].flat().join('@');
  if (trainingImage === undefined) return serving;
  return `${serving}, trained in ${[trainingImage, trainingImageDigest ?? []].flat().join('@')}`;
}

function entryChanges<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  { showValues = false } = {},
): string[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name) => {
    const [old, now] = [before.get(name), after.get(name)];
    if (old === now) return [];
    const value = showValues ? `: ${old ?? 'not set'} -> ${now ?? 'not set'}` : '';
    return `${old === undefined ? '+' : now === undefined ? '-' : '~'} ${name}${value}`;
  });
}

function valueChange(before: string, after: string): string[] {
  return before === after ? [] : [`~ ${before} -> ${after}`];
}

/**
 * Figures of one holdout: of the one on which both were compared, or else of the same data. Figures of
 * different rows differ by chance as well, and are shown as what they are.
 */
function metricChanges(from: VersionFacts, to: VersionFacts): string[] {
  const figures = (metrics: VersionFacts['metrics']) =>
    new Map(metrics.map(({ title, value }) => [title, Number(value.toPrecision(4))]));
  const changes = (before: VersionFacts['metrics'], after: VersionFacts['metrics']) =>
    entryChanges(figures(before), figures(after), { showValues: true });
  if (to.champion?.modelVersion === from.modelVersion) return changes(to.champion.metrics, to.metrics);
  if (from.champion?.modelVersion === to.modelVersion) return changes(from.metrics, from.champion.metrics);
  const [old, now] = [from, to].map(({ plan }) => plan.lineage.dataVersion);
  if (old === now) return changes(from.metrics, to.metrics);
  return [
    `! measured on different holdouts (of the data ${old} and ${now}), so they cannot be compared`,
    ...changes(from.metrics, to.metrics),
  ];
}

/** By the signatures of both, or else by what their trainings were planned with. */
function schemaChanges(from: VersionFacts, to: VersionFacts): string[] {
  if (from.signature && to.signature) {
    return signatureChanges(from.signature, to.signature).map(
      ({ text, isBreaking }) => `~ ${text}${isBreaking ? ' (callers have to change)' : ''}`,
    );
  }
  const [before, after] = [from.plan, to.plan];
  const marks = (columns: readonly string[]) => new Map(columns.map((column) => [`feature ${column}`, true]));
  const columns = entryChanges(marks(before.columns), marks(after.columns));
  const reordered = columns.length === 0 && before.columns.join() !== after.columns.join();
  return [
    ...(before.label === after.label ? [] : [`~ label: ${before.label} -> ${after.label}`]),
    ...columns,
    ...(reordered ? [`~ order of the features: ${after.columns.join(', ')}`] : []),
  ];
}
