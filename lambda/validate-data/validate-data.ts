import * as z from 'zod/mini';
import { type DataFile, UnreadableFileError } from '../aws/data-files/data-file';
import { openDataFile } from '../aws/data-files/open-data-file';
import type { ArtifactStore } from '../aws/store';
import { manifestKey } from '../domain/bucket-layout';
import { numberOf } from '../domain/cell';
import { type DatasetFile, parseManifest } from '../domain/dataset';
import { checkDocument } from '../domain/document';
import {
  type DatasetExpectation,
  type DatasetValidation,
  startValidation,
  type ValidationFinding,
} from '../domain/validation';

export interface ValidateProps {
  readonly store: ArtifactStore;
  /** Column with the label. */
  readonly label: string;
  /** Rows of all files together that a training needs at least. */
  readonly minimumRows: number;
}

export interface Finding extends Omit<ValidationFinding, 'rule'> {
  readonly rule: ValidationFinding['rule'] | 'readable';
}

export interface DataValidation {
  /** Whether the data are fit for training: nothing was found that stops. */
  readonly valid: boolean;
  /** What stops first. */
  readonly findings: readonly Finding[];
  readonly rows: number;
  /** Features, in their order in the first file. */
  readonly columns: readonly string[];
}

/**
 * Looks for what would spoil a training. The first file's header gives the features, all of them numbers; other files may
 * have their columns in another order.
 */
export async function validateData(event: unknown, props: ValidateProps): Promise<DataValidation> {
  const { store } = props;
  const { dataVersion } = checkDocument(request, event, 'request to validate data');
  const { files } = parseManifest(await store.readText(manifestKey(dataVersion)));
  const findings: Finding[] = [];
  let together: Together | undefined;
  for (const file of files) {
    try {
      const data = await openDataFile(store, file);
      together ??= startTogether(data.header, props);
      findings.push(...(await addFile(together, file, data)));
    } catch (error) {
      findings.push({ rule: 'readable', severity: 'stop', message: faultOf(file, error) });
    }
  }
  const { rows, columns, validation } = together ?? startTogether([], props);
  // Rows of files that were left out would be missed here.
  if (!findings.some(stops)) findings.push(...validation.findings());
  return {
    valid: !findings.some(stops),
    findings: mostImportant(findings),
    rows,
    columns,
  };
}

/** Rows of all files, in the order of the first one's columns. */
interface Together {
  readonly header: readonly string[];
  readonly columns: readonly string[];
  readonly expectation: DatasetExpectation;
  readonly validation: DatasetValidation;
  rows: number;
}

function startTogether(header: readonly string[], { label, minimumRows }: ValidateProps): Together {
  const columns = header.filter((name) => name !== label);
  const expectation: DatasetExpectation = {
    labelColumn: label,
    features: Object.fromEntries(columns.map((name) => [name, 'numeric'])),
    minimumRows,
  };
  return { header, columns, expectation, validation: startValidation(header, expectation), rows: 0 };
}

/** @returns what is wrong with the file's header; the rows are added only if it is right */
async function addFile(
  together: Together,
  { key }: DatasetFile,
  { header, batches }: DataFile,
): Promise<Finding[]> {
  const ofHeader = checkHeader(header, together.expectation).map((finding) => ({
    ...finding,
    message: `${key}: ${finding.message}`,
  }));
  if (ofHeader.some(stops)) return ofHeader;
  const places = together.header.map((name) => header.indexOf(name));
  for await (const { rows } of batches) {
    for (const row of rows) {
      together.rows++;
      // A row of another length than its own header has no length that fits the first header either.
      together.validation.add(row.length === header.length ? places.map((place) => row[place] ?? '') : []);
    }
  }
  return ofHeader;
}

function checkHeader(header: readonly string[], expectation: DatasetExpectation): Finding[] {
  const number = header.find((name) => !Number.isNaN(numberOf(name)));
  if (number !== undefined) {
    const message = `'${number}' is a number, not a name of a column: the first line must be a header, and no column may be named so`;
    return [{ rule: 'columns', severity: 'stop', message }];
  }
  return startValidation(header, { ...expectation, minimumRows: 0 }).findings();
}

/** @throws the error itself if it is not the file's fault */
function faultOf({ key }: DatasetFile, error: unknown): string {
  if (error instanceof UnreadableFileError) return error.message;
  // A version that a snapshot names is there until somebody deletes that very version.
  if (/^NoSuch(Key|Version)$/.test((error as Error).name)) return `${key} was deleted after the snapshot`;
  throw error;
}

function stops({ severity }: Finding): boolean {
  return severity === 'stop';
}

/** As much as a person reads, and a workflow's state holds. */
function mostImportant(findings: readonly Finding[]): Finding[] {
  return [...findings.filter(stops), ...findings.filter((finding) => !stops(finding))]
    .slice(0, 20)
    .map((finding) => ({ ...finding, message: finding.message.slice(0, 500) }));
}

const request = z.object({ dataVersion: z.string().check(z.minLength(1)) });
