import { createHash } from 'node:crypto';
import { AwsError } from '../../gateway/aws-error';
import type { Cloud } from '../../gateway/service';
import { peek } from '../../gateway/tracked-table';
import { type AttributeValue, canonical, compareValues, type Item } from './attribute-value';
import { keyNames, type StoredTable } from './table';
import { TableStreams } from './table-streams';

/** Tables and their items. */
export class TableStore {
  readonly tables: Map<string, StoredTable>;
  readonly streams: TableStreams;
  /** Each item an entry of its own: a write keeps one and no more. */
  private readonly stored: Map<string, Item>;
  /** Items of one partition key each, in the order of their sort keys; read when they are first needed. */
  private loaded: Map<string, Item[]> | undefined;

  constructor(private readonly cloud: Cloud) {
    this.tables = cloud.table('dynamodb/tables');
    this.stored = cloud.table('dynamodb/items');
    this.streams = new TableStreams(cloud);
  }

  arn(name: string): string {
    return this.cloud.arn('dynamodb', `table/${name}`);
  }

  /**
   * @param reference name or ARN
   * @throws AwsError ResourceNotFoundException, of calls for items
   */
  table(reference: string | undefined): StoredTable {
    return this.find(reference, () => 'Requested resource not found');
  }

  /** @throws AwsError ResourceNotFoundException, of calls for the table itself */
  describedTable(reference: string | undefined): StoredTable {
    return this.find(reference, (name) => `Requested resource not found: Table: ${name} not found`);
  }

  tryFind(reference: string | undefined): StoredTable | undefined {
    return this.tables.get(tableName(reference));
  }

  item(table: StoredTable, key: Item): Item | undefined {
    const items = this.partitions.get(partitionOf(table, key)) ?? [];
    const { index, isThere } = this.position(table, items, key);
    return isThere ? items[index] : undefined;
  }

  /** Items of one partition, in the order of their sort keys. */
  partition(table: StoredTable, value: AttributeValue): readonly Item[] {
    const { partition } = keyNames(table.keySchema);
    return this.partitions.get(partitionOf(table, { [partition]: value })) ?? [];
  }

  /** All items: partitions in the order of a hash of their keys, as on AWS in none that callers know. */
  items(table: StoredTable): Item[] {
    const keys = [...this.partitions.keys()].filter((key) => key.startsWith(`${table.id}/`));
    return keys.sort().flatMap((key) => this.partitions.get(key) ?? []);
  }

  put(table: StoredTable, item: Item): void {
    const partition = partitionOf(table, item);
    const items = this.partitions.get(partition) ?? [];
    const { index, isThere } = this.position(table, items, item);
    const [before] = items.splice(index, isThere ? 1 : 0, item);
    this.streams.note(table, before, item);
    this.partitions.set(partition, items);
    this.stored.set(storedKey(table, item), item);
  }

  remove(table: StoredTable, key: Item): void {
    const partition = partitionOf(table, key);
    const items = this.partitions.get(partition) ?? [];
    const { index, isThere } = this.position(table, items, key);
    if (!isThere) return;
    const [before] = items.splice(index, 1);
    this.streams.note(table, before, undefined);
    this.stored.delete(storedKey(table, key));
    if (items.length === 0) this.partitions.delete(partition);
  }

  delete(table: StoredTable): void {
    for (const map of [this.partitions, this.stored])
      for (const key of [...map.keys()]) if (key.startsWith(`${table.id}/`)) map.delete(key);
    this.tables.delete(table.name);
    if (table.streamArn !== undefined) this.streams.disable(table.streamArn);
  }

  private get partitions(): Map<string, Item[]> {
    this.loaded ??= this.load();
    return this.loaded;
  }

  private load(): Map<string, Item[]> {
    const partitions = new Map<string, Item[]>();
    for (const key of this.stored.keys()) {
      const partition = key.slice(0, key.lastIndexOf('/'));
      const items = partitions.get(partition) ?? [];
      partitions.set(partition, items);
      items.push(peek(this.stored, key) as Item);
    }
    const tables = [...this.tables.keys()].map((name) => peek(this.tables, name) as StoredTable);
    const sortKeys = new Map(tables.map(({ id, keySchema }) => [id, keyNames(keySchema).sort]));
    for (const [partition, items] of partitions) {
      const sort = sortKeys.get(partition.split('/')[0] as string);
      if (sort === undefined) continue;
      items.sort((a, b) => compareValues(a[sort] as AttributeValue, b[sort] as AttributeValue) ?? 0);
    }
    return partitions;
  }

  /** Where an item is in its partition, or would be. */
  private position(table: StoredTable, items: readonly Item[], key: Item) {
    const { sort } = keyNames(table.keySchema);
    const wanted = sort === undefined ? undefined : key[sort];
    let [low, high] = [0, items.length];
    if (wanted === undefined) return { index: 0, isThere: items.length > 0 };
    while (low < high) {
      const middle = (low + high) >> 1;
      const value = items[middle]?.[sort as string] as AttributeValue;
      const order = compareValues(value, wanted) ?? 0;
      if (order === 0) return { index: middle, isThere: true };
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return { index: low, isThere: false };
  }

  private find(reference: string | undefined, message: (name: string) => string): StoredTable {
    const table = this.tryFind(reference);
    if (!table) throw new AwsError('ResourceNotFoundException', message(tableName(reference)));
    return table;
  }
}

/** Of a name, or the ARN of a table or of one of its indexes. */
export function tableName(reference: string | undefined): string {
  return /^arn:[^/]*:table\/([^/]+)/.exec(reference ?? '')?.[1] ?? reference ?? '';
}

function storedKey(table: StoredTable, key: Item): string {
  const { sort } = keyNames(table.keySchema);
  const text = sort === undefined ? '' : canonical(key[sort] as AttributeValue);
  return `${partitionOf(table, key)}/${createHash('md5').update(text).digest('hex')}`;
}

function partitionOf(table: StoredTable, key: Item): string {
  const { partition } = keyNames(table.keySchema);
  const text = canonical(key[partition] as AttributeValue);
  return `${table.id}/${createHash('md5').update(text).digest('hex')}`;
}
