import type { BatchInputFile, BatchPart, BatchPlan } from '../../contracts/batch';
import type { ModelSignature } from '../../contracts/model-signature';
import type { ObjectReader } from '../aws/data-files/data-file';
import { isJsonLines } from '../aws/data-files/open-data-file';
import { parquetColumns } from '../aws/data-files/parquet-file';
import { isPacked, unpackedBytes } from '../aws/data-files/unpacked-bytes';
import { readModelSignature } from '../aws/model-signatures';
import type { ArtifactStore } from '../aws/store';
import { batchPlan } from '../domain/batch/batch-documents';
import { batchRunKey } from '../domain/records/bucket-layout';
import { type InputBlock, partBlocks } from './input-block';
import { parquetNumbers } from './parquet-numbers';
import { cellReader, type WantedCells } from './part-rows';

export interface InputPartProps {
  readonly batchName: string;
  readonly store: Pick<ArtifactStore, 'readJson' | 'tryReadJson'>;
  /** Reads the objects of the input's bucket. */
  readonly inputOf: (bucket: string) => ObjectReader;
}

/** A part of the input, as its plan describes it. */
export interface InputPart {
  readonly plan: BatchPlan;
  /** The file that it is a part of. */
  readonly file: BatchInputFile;
  readonly signature: ModelSignature | undefined;
  /** Its rows, some at a time. */
  blocks(): Iterable<InputBlock> | AsyncIterable<InputBlock>;
}

/** Reads a part of the input. @throws Error if it is gone */
export async function openPart(part: BatchPart, props: InputPartProps): Promise<InputPart> {
  const { store, batchName } = props;
  const plan = await store.readJson(batchRunKey(batchName, part.run, 'plan.json'), batchPlan);
  const file = plan.input[part.file];
  if (!file) {
    throw new Error(
      `part ${part.part} is of file ${part.file}, and the plan of the run ${part.run} has ${plan.input.length} files`,
    );
  }
  const reader = props.inputOf(file.bucket);
  const signature = await readModelSignature(store, plan.modelVersion);
  const wanted = { features: plan.features, repeated: plan.output.columns, signature };
  const opened = { plan, file, signature };
  if (file.key.endsWith('.parquet')) {
    const columns = [...new Set([...plan.features, ...plan.output.columns])];
    return { ...opened, blocks: () => parquetBlocks(part, file, reader, { ...wanted, columns }) };
  }
  const bytes = await readBytes(part, file, reader);
  const format = isJsonLines(file) ? ('jsonl' as const) : ('csv' as const);
  const reading = { ...wanted, format, columns: file.columns, linesBefore: part.linesBefore };
  return { ...opened, blocks: () => partBlocks(bytes, reading) };
}

/** Rows are known by their numbers, from 1. */
async function* parquetBlocks(
  part: BatchPart,
  file: BatchInputFile,
  reader: ObjectReader,
  props: WantedCells,
): AsyncGenerator<InputBlock> {
  const rowOf = cellReader(props);
  const readNumbers = parquetNumbers(props);
  for await (const batch of parquetColumns(reader, file, props.columns, part)) {
    yield {
      numbers: () => readNumbers(batch),
      rows: () => {
        const { rows, lines } = batch.rows();
        return rows.map((cells, index) => rowOf(cells, lines[index] as number));
      },
    };
  }
}

/**
 * The bytes of a part; those of a packed file are unpacked from its beginning, since there is no other way.
 */
async function readBytes(
  { from, to }: BatchPart,
  file: BatchInputFile,
  reader: ObjectReader,
): Promise<Buffer> {
  if (!isPacked(file.key)) {
    const { buffer, byteOffset, length } = await reader.readRange(file.key, from, to, file.versionId);
    return Buffer.from(buffer, byteOffset, length);
  }
  const pieces: Buffer[] = [];
  let place = 0;
  for await (const piece of unpackedBytes(reader, file)) {
    const end = place + piece.length;
    if (end > from) pieces.push(piece.subarray(Math.max(0, from - place), to - place));
    place = end;
    if (place >= to) break;
  }
  return Buffer.concat(pieces);
}
