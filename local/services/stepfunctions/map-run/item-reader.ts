import { isObject, type Json, type ReaderConfig } from '../definition/definition';
import { MOST_ITEMS } from '../definition/map-checks';
import type { Engine } from '../interpreter/engine';
import { Aborted, StateError } from '../interpreter/state-error';
import type { QueryLanguage, Visit } from '../language/query-language';
import { csvItems } from './csv-items';

/**
 * Reads the items of a distributed Map state from S3, with the rights of the machine's role.
 *
 * @throws StateError States.ItemReaderFailed
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
 */
export async function readItems(visit: Visit, language: QueryLanguage, engine: Engine): Promise<Json[]> {
  const { ItemReader } = visit.state;
  if (ItemReader === undefined) throw new Error(`the Map state ${visit.name} has no ItemReader`);
  const { ReaderConfig = {}, Resource, Arguments, Parameters } = ItemReader;
  const given = await language.number(visit, 'MaxItems', ReaderConfig);
  const source = await language.filled(visit, 'ItemReader/Arguments', Arguments ?? Parameters ?? {});
  try {
    // 0 reads all, as LocalStack recorded on AWS (test_map_item_reader_csv_max_items_paths).
    if (given !== undefined && given < 0) throw new Error('field MaxItems must be positive');
    if (!isObject(source)) throw new Error(`the reader's arguments must be an object`);
    const reader = { engine, visit, most: Math.min(given || MOST_ITEMS, MOST_ITEMS) };
    return Resource.endsWith(':listObjectsV2')
      ? await listObjects(reader, source)
      : itemsOf(await readObject(reader, source), ReaderConfig, reader.most);
  } catch (error) {
    if (error instanceof Aborted || error instanceof StateError) throw error;
    throw new StateError('States.ItemReaderFailed', (error as Error).message);
  }
}

interface Reader {
  readonly engine: Engine;
  readonly visit: Visit;
  /** Items that are read at most. */
  readonly most: number;
}

function callS3<Output>({ engine, visit }: Reader, operation: string, input: object): Promise<Output> {
  const { cloud, execution } = engine;
  return visit.branch.waiting.for(cloud.call<Output>('s3', operation, input, execution.principal));
}

async function readObject(reader: Reader, source: object): Promise<Buffer> {
  const { Body } = await callS3<{ Body?: Uint8Array }>(reader, 'GetObject', source);
  return Buffer.from(Body ?? []);
}

interface Listing {
  readonly Contents?: readonly {
    readonly ETag?: string;
    readonly Key?: string;
    readonly LastModified?: Date;
    readonly Size?: number;
    readonly StorageClass?: string;
  }[];
  readonly NextContinuationToken?: string;
}

/** Objects as S3 lists them, the ETag written `Etag` and times in seconds since the epoch. */
async function listObjects(reader: Reader, source: object): Promise<Json[]> {
  const items: Json[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page: Listing = await callS3<Listing>(reader, 'ListObjectsV2', { ...source, ContinuationToken });
    for (const { ETag, Key, LastModified, Size, StorageClass } of page.Contents ?? []) {
      items.push({
        Etag: ETag ?? '',
        Key: Key ?? '',
        LastModified: Math.floor((LastModified?.getTime() ?? 0) / 1000),
        Size: Size ?? 0,
        StorageClass: StorageClass ?? 'STANDARD',
      });
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined && items.length < reader.most);
  return items.slice(0, reader.most);
}

/** The first bytes of gzip and of zstd. */
const COMPRESSED = [Buffer.from([0x1f, 0x8b]), Buffer.from([0x28, 0xb5, 0x2f, 0xfd])];

function itemsOf(bytes: Buffer, config: ReaderConfig, most: number): Json[] {
  if (COMPRESSED.some((magic) => bytes.subarray(0, magic.length).equals(magic)))
    throw new Error('the local cloud does not implement compressed files of an ItemReader');
  const text = bytes.toString('utf8');
  if (config.InputType === 'CSV') return csvItems(text, config, most);
  if (config.InputType === 'JSONL') {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    return lines.slice(0, most).map((line) => JSON.parse(line) as Json);
  }
  const items = at(JSON.parse(text) as Json, config.ItemsPointer ?? '');
  // As LocalStack recorded on AWS: test_map_item_reader_json_no_json_list_object.
  if (!Array.isArray(items)) throw new Error('Attempting to map over non-iterable node.');
  return items.slice(0, most);
}

/** The value at a JSON Pointer (RFC 6901); undefined if it does not exist. */
function at(document: Json, pointer: string): Json | undefined {
  const names = pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  let value: Json | undefined = document;
  for (const name of names)
    value = Array.isArray(value) ? value[Number(name)] : isObject(value) ? value[name] : undefined;
  return value;
}
