import * as z from 'zod/mini';
import type { DataFinding, DataValidation } from '../../contracts/functions/retraining';
import type { Problem } from '../../contracts/problem';
import { type DataFile, UnreadableFileError } from '../aws/data-files/data-file';
import { openDataFile } from '../aws/data-files/open-data-file';
import { requestSchema } from '../aws/request-schema';
import type { RoutingStore } from '../aws/routing-store';
import type { ArtifactStore } from '../aws/store';
import type { Position, ValidationFinding } from '../domain/data/checks/finding';
import { type DataSchema, overrideSchema } from '../domain/data/data-schema';
import { type DatasetFile, parseManifest } from '../domain/data/dataset';
import { checkHeader, type DatasetExpectation, DatasetValidation, schemaOf } from '../domain/data/validation';
import { manifestKey, validationKey } from '../domain/records/bucket-layout';
import { checkDocument } from '../domain/records/document';
import { readChampionSchema } from './champion-schema';

export interface ValidateProps {
  readonly store: ArtifactStore;
  readonly routing: RoutingStore;
  /** Column with the label. */
  readonly label: string;
  /** What labels are. */
  readonly problem: Problem;
  /** Rows of all files together that a training needs at least. */
  readonly minimumRows: number;
  /** Columns that are no features. */
  readonly ignoredColumns: readonly string[];
  /** Checks of the pipeline, in place of those that the champion's data suggest. */
  readonly schema: DataSchema;
  readonly now: () => Date;
}

/**
 * Looks for what would spoil a training. The first file's header gives the features; other files may have
 * their columns in another order. All findings are written to the bucket, beside the snapshot.
 */
export async function validateData(event: unknown, props: ValidateProps): Promise<DataValidation> {
  const { store } = props;
  const { dataVersion } = checkDocument(request, event, 'request to validate data');
  const { files } = parseManifest(await store.readText(manifestKey(dataVersion)));
  const champion = await readChampionSchema(store, props.routing);
  const schema = overrideSchema(champion.schema, props.schema);

  const findings: ValidationFinding[] = [];
  let together: Together | undefined;
  for (const file of files) {
    try {
      const data = await openDataFile(store, file);
      together ??= startTogether(data.header, schema, props);
      findings.push(...(await addFile(together, file, data)));
    } catch (error) {
      findings.push({ rule: 'readable', severity: 'stop', message: faultOf(file, error) });
    }
  }
  const { rows, expectation, validation } = together ?? startTogether([], schema, props);
  // Rows of files that were left out would be missed here.
  if (!findings.some(stops)) {
    const newestFile = files
      .map(({ modified = '' }) => modified)
      .sort()
      .at(-1);
    findings.push(...formerColumns(champion.schema, expectation, champion.modelVersion));
    findings.push(
      ...validation.findings({ now: props.now(), ...(newestFile && { newestFile: new Date(newestFile) }) }),
    );
  }
  const valid = !findings.some(stops);
  const ordered = [...findings.filter(stops), ...findings.filter((finding) => !stops(finding))];
  const key = validationKey(dataVersion);
  const columns = expectation.features;
  await store.writeJson(key, {
    version: 1,
    dataVersion,
    valid,
    rows,
    // Features, in their order in the first file.
    columns,
    categories: columns.filter((name) => schemaOf(schema, name).type === 'category'),
    champion: champion.modelVersion,
    findings: ordered.slice(0, 1000),
    schema,
  });
  return { valid, findings: inShort(ordered), rows, report: store.uriOf(key) };
}

/** Rows of all files, in the order of the first one's columns. */
interface Together {
  readonly header: readonly string[];
  readonly expectation: DatasetExpectation;
  readonly validation: DatasetValidation;
  rows: number;
}

function startTogether(header: readonly string[], schema: DataSchema, props: ValidateProps): Together {
  const { label, problem, minimumRows, ignoredColumns: ignored } = props;
  const features = header.filter((name) => name !== label && !ignored.includes(name));
  const { columns = {}, freshness } = props.schema;
  const required = [...Object.keys(columns), ...(freshness?.column === undefined ? [] : [freshness.column])];
  const expectation = { label, problem, features, ignored, required, schema, minimumRows };
  return { header, expectation, validation: new DatasetValidation(header, expectation), rows: 0 };
}

/** @returns what is wrong with the file's header; the rows are added only if it is right */
async function addFile(
  together: Together,
  { key }: DatasetFile,
  { header, isTyped, batches }: DataFile,
): Promise<ValidationFinding[]> {
  const ofHeader = checkHeader(header, together.expectation).map((finding) => ({
    ...finding,
    message: `${key}: ${finding.message}`,
  }));
  if (ofHeader.some(stops)) return ofHeader;
  const names = new Map(header.map((name, place) => [name, place]));
  const places = together.header.map((name) => names.get(name) ?? -1);
  const isSame = header.length === places.length && places.every((place, i) => place === i);
  const position: Position = { file: key, line: 0, isTyped };
  for await (const { rows, lines } of batches) {
    together.rows += rows.length;
    for (const [index, row] of rows.entries()) {
      position.line = lines[index] as number;
      // A row of another length than its own header has no length that fits the first header either.
      const ordered = isSame || row.length !== header.length ? row : places.map((place) => row[place] ?? '');
      together.validation.add(row.length === header.length ? ordered : [], position);
    }
  }
  return ofHeader;
}

/**
 * Features of the version in production that are no longer there: a new version without them has another
 * schema.
 */
function formerColumns(
  schema: DataSchema,
  { features, label }: DatasetExpectation,
  modelVersion: string | null,
): ValidationFinding[] {
  const gone = Object.keys(schema.columns ?? {}).filter((name) => name !== label && !features.includes(name));
  if (gone.length === 0) return [];
  const message = `features ${gone.map((name) => `'${name}'`).join(', ')} of version ${modelVersion} are no longer there: the input schema changes`;
  return [{ rule: 'former-columns', severity: 'warn', message }];
}

/** @throws the error itself if it is not the file's fault */
function faultOf({ key }: DatasetFile, error: unknown): string {
  if (error instanceof UnreadableFileError) return error.message;
  // A version that a snapshot names is there until somebody deletes that very version.
  if (/^NoSuch(Key|Version)$/.test((error as Error).name)) return `${key} was deleted after the snapshot`;
  throw error;
}

function stops({ severity }: DataFinding): boolean {
  return severity === 'stop';
}

/** As much as a person reads, and a workflow's state holds. */
function inShort(findings: readonly ValidationFinding[]): DataFinding[] {
  return findings
    .slice(0, 20)
    .map(({ rule, severity, message }) => ({ rule, severity, message: message.slice(0, 500) }));
}

const request = requestSchema('validate-data', z.object({ dataVersion: z.string().check(z.minLength(1)) }));
