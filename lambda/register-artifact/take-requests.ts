import { CategoryColumn } from '../aws/category-column';
import { readJsonLines } from '../aws/data-files/json-lines-file';
import { NumberColumn } from '../aws/number-column';
import type { ArtifactStore } from '../aws/store';
import { type Cell, isMissing, numberOf } from '../domain/data/cell';
import { createManifest, formatManifest } from '../domain/data/dataset';
import type { FeatureProfile } from '../domain/data/profile';
import { featuresOfInputs, type ModelInput } from '../domain/data/tensor-summary';
import { manifestKey, sampleRequestsKey } from '../domain/records/bucket-layout';
import { RejectedRecord } from '../domain/traffic/payload/rejected-record';
import { inputsOfRequest } from '../domain/traffic/payload/request-inputs';
import { summarisedRows } from '../domain/traffic/payload/summarised-rows';
import { type KeptFile, readOrRefuse } from './keep-rows';
import { RegistrationRefusedError } from './registration-refused-error';
import { type RegisteredSample, SMOKE_TEST_ROWS } from './take-sample';

export interface TakeRequestsProps {
  readonly store: ArtifactStore;
  /** Inputs that are known by the model's graph. @default - those of the first request */
  readonly inputs?: readonly ModelInput[] | undefined;
}

/**
 * Reads requests in JSON, one on each line, as callers send them: the first ones for the smoke test, and all
 * of them for the profile that traffic is compared with. Tensors are summarised.
 *
 * @throws RegistrationRefusedError if one cannot be read, or there are none
 */
export async function takeRequests(
  kept: KeptFile,
  { store, inputs: known }: TakeRequestsProps,
): Promise<RegisteredSample> {
  const manifest = createManifest([kept.file]);
  const { dataVersion } = manifest;
  const samples: string[] = [];
  let inputs = known;
  let columns: FeatureColumn[] = [];
  let rows = 0;
  for await (const lines of readOrRefuse(kept, readJsonLines(store, kept.file))) {
    for (const { text, line } of lines) {
      try {
        inputs ??= inputsOfRequest(text);
        if (columns.length === 0) columns = featuresOfInputs(inputs).map((name) => new FeatureColumn(name));
        for (const row of summarisedRows({ data: text, encoding: 'JSON' }, inputs)) {
          rows++;
          for (const [place, column] of columns.entries()) column.add(row[place]);
        }
      } catch (cause) {
        if (!(cause instanceof RejectedRecord)) throw cause;
        throw new RegistrationRefusedError(`the requests ${kept.uri}: line ${line}: ${cause.message}`, {
          cause,
        });
      }
      if (samples.length < SMOKE_TEST_ROWS) samples.push(text);
    }
  }
  if (!inputs || rows === 0) {
    throw new RegistrationRefusedError(
      `the requests ${kept.uri} have no rows: give it some that the model answers`,
    );
  }
  const features = Object.fromEntries(columns.map((column) => [column.name, column.profile()]));
  await store.write(sampleRequestsKey(dataVersion), samples.map((text) => `${text}\n`).join(''));
  await store.write(manifestKey(dataVersion), formatManifest(manifest));
  return {
    dataVersion,
    columns: inputs.map(({ name }) => name),
    rows,
    features,
    ...(inputs.some(({ rank }) => rank > 0) && { inputs }),
  };
}

/** A feature whose kind is known once all its values are: texts, if one of them is no number. */
class FeatureColumn {
  private readonly numbers = new NumberColumn();
  private readonly categories = new CategoryColumn();
  private isText = false;

  constructor(readonly name: string) {}

  add(cell: Cell | undefined): void {
    this.isText ||= !isMissing(cell) && Number.isNaN(numberOf(cell));
    this.numbers.add(cell);
    this.categories.add(cell);
  }

  profile(): FeatureProfile {
    return this.isText ? this.categories.profile() : this.numbers.profile();
  }
}
