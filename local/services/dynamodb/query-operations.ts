import type * as sdk from '@aws-sdk/client-dynamodb';
import type { Operations } from '../../gateway/service';
import { type AttributeValue, canonical, compareValues, type Item, itemSize } from './attribute-value';
import { invalid } from './errors';
import { type Condition, holds, parseCondition, pathsOf } from './expressions/condition';
import { parseProjection, projected } from './expressions/projection';
import { References } from './expressions/references';
import type { UsableTable } from './item-operations';
import { type KeyCondition, keyConditionOf } from './key-condition';
import { keyList, keyNames, keyOf, type StoredIndex, type StoredTable } from './table';
import type { TableStore } from './table-store';

/**
 * Bytes that one page reads:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
const LARGEST_PAGE = 1024 * 1024;

/** What finds items. */
export function queryOperations(store: TableStore, usable: UsableTable) {
  return {
    Query: (input) => {
      const table = usable(input.TableName);
      const source = sourceOf(table, input.IndexName);
      const references = new References(input);
      if (input.KeyConditionExpression === undefined)
        throw invalid(
          'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
        );
      const condition = keyConditionOf(input.KeyConditionExpression, references, source.keys, table);
      const read = reading(input, source, references);
      refuseKeysInFilter(read.filter, source);
      const candidates = source.index ? store.items(table) : store.partition(table, condition.partition);
      const found = ordered(
        candidates.filter((item) => holds(condition.condition, item)),
        source,
      );
      if (input.ScanIndexForward === false) found.reverse();
      return page(startingAfter(found, input, source, condition), input, source, read);
    },

    Scan: (input) => {
      const table = usable(input.TableName);
      const source = sourceOf(table, input.IndexName);
      const read = reading(input, source, new References(input));
      const items = ordered(store.items(table), source);
      return page(startingAfter(inSegment(items, input, source), input, source), input, source, read);
    },
  } satisfies Operations<typeof sdk>;
}

/** A table or one of its indexes. */
interface Source {
  readonly table: StoredTable;
  readonly index?: StoredIndex | undefined;
  readonly keys: ReturnType<typeof keyNames>;
}

function sourceOf(table: StoredTable, indexName: string | undefined): Source {
  if (indexName === undefined) return { table, keys: keyNames(table.keySchema) };
  const index = table.indexes.find(({ name }) => name === indexName);
  if (!index) throw invalid(`The table does not have the specified index: ${indexName}`);
  return { table, index, keys: keyNames(index.keySchema) };
}

/** Items of an index, which are those that have its keys, in the order of its sort keys. */
function ordered(items: readonly Item[], { index, keys }: Source): Item[] {
  if (!index) return [...items];
  const { sort } = keys;
  const inIndex = items.filter((item) => keyList(keys).every((key) => item[key] !== undefined));
  return inIndex.sort((a, b) =>
    sort === undefined ? 0 : (compareValues(a[sort] as AttributeValue, b[sort] as AttributeValue) ?? 0),
  );
}

interface PageInput {
  readonly Select?: sdk.Select | undefined;
  readonly Limit?: number | undefined;
  readonly ConsistentRead?: boolean | undefined;
  readonly ExclusiveStartKey?: Item | undefined;
  readonly FilterExpression?: string | undefined;
  readonly ProjectionExpression?: string | undefined;
}

interface Reading {
  readonly filter: Condition | undefined;
  readonly show: (item: Item) => Record<string, AttributeValue>;
}

function reading(input: PageInput, source: Source, references: References): Reading {
  const { index } = source;
  if (index && !index.isLocal && input.ConsistentRead)
    throw invalid('Consistent reads are not supported on global secondary indexes');
  const { FilterExpression, ProjectionExpression, Select } = input;
  const filter =
    FilterExpression === undefined
      ? undefined
      : parseCondition(FilterExpression, 'FilterExpression', references);
  const paths =
    ProjectionExpression === undefined ? undefined : parseProjection(ProjectionExpression, references);
  references.refuseUnused(true);
  if (paths && Select !== undefined && Select !== 'SPECIFIC_ATTRIBUTES')
    throw invalid(
      `Cannot specify the ProjectionExpression when choosing to get ${Select === 'COUNT' ? 'only the Count' : Select}`,
    );
  if (!paths && Select === 'SPECIFIC_ATTRIBUTES')
    throw invalid('Must specify the ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES');
  if (Select === 'ALL_PROJECTED_ATTRIBUTES' && !index)
    throw invalid('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
  const isWhole = index === undefined || index.projection.ProjectionType === 'ALL';
  if (Select === 'ALL_ATTRIBUTES' && !isWhole && !index?.isLocal)
    throw invalid(
      `One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index ${index?.name} because its projection type is not ALL`,
    );
  const seen = isWhole || Select === 'ALL_ATTRIBUTES' ? undefined : indexAttributes(source);
  return {
    filter,
    show: (item) => {
      const visible = seen
        ? projected(
            item,
            seen.map((name) => [name]),
          )
        : item;
      // What a local index lacks is read from the table.
      return paths ? projected(index?.isLocal ? item : visible, paths) : { ...visible };
    },
  };
}

function indexAttributes({ table, index, keys }: Source): string[] {
  const tableKeys = keyList(keyNames(table.keySchema));
  return [...new Set([...tableKeys, ...keyList(keys), ...(index?.projection.NonKeyAttributes ?? [])])];
}

function refuseKeysInFilter(filter: Condition | undefined, { keys }: Source): void {
  const names = filter ? pathsOf(filter).map(([first]) => first) : [];
  const key = keyList(keys).find((name) => names.includes(name));
  if (key !== undefined)
    throw invalid(
      `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${key}`,
    );
}

/** Those after the last one of the previous page. */
function startingAfter(
  items: readonly Item[],
  { ExclusiveStartKey: start }: PageInput,
  source: Source,
  condition?: KeyCondition,
): readonly Item[] {
  if (start === undefined) return items;
  const names = indexAttributesOfStart(source);
  const fits = Object.keys(start).length === names.length && names.every((name) => start[name] !== undefined);
  if (!fits || (condition && !holds(condition.condition, start)))
    throw invalid('The provided starting key is invalid');
  const wanted = startText(start, names);
  const at = items.findIndex((item) => startText(item, names) === wanted);
  // An item that was deleted meanwhile: go on where it would be.
  if (at === -1) return items.filter((item) => isAfter(item, start, source));
  return items.slice(at + 1);
}

function isAfter(item: Item, start: Item, { keys }: Source): boolean {
  const { partition, sort } = keys;
  if (
    sort === undefined ||
    canonical(item[partition] as AttributeValue) !== canonical(start[partition] as AttributeValue)
  )
    return true;
  return (compareValues(item[sort] as AttributeValue, start[sort] as AttributeValue) ?? 1) > 0;
}

function startText(item: Item, names: readonly string[]): string {
  return names.map((name) => canonical(item[name] as AttributeValue)).join(' ');
}

function indexAttributesOfStart({ table, keys }: Source): string[] {
  return [...new Set([...keyList(keyNames(table.keySchema)), ...keyList(keys)])];
}

/** Items of one of several workers; a partition belongs to one of them. */
function inSegment(
  items: readonly Item[],
  { Segment, TotalSegments }: sdk.ScanInput,
  { keys }: Source,
): readonly Item[] {
  if ((Segment === undefined) !== (TotalSegments === undefined))
    throw invalid(
      `The ${Segment === undefined ? 'Segment' : 'TotalSegments'} parameter is required but was not present in the request when ${Segment === undefined ? 'parameter TotalSegments' : 'Segment parameter'} is present`,
    );
  if (Segment === undefined || TotalSegments === undefined) return items;
  if (Segment >= TotalSegments)
    throw invalid(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${Segment} is not less than TotalSegments: ${TotalSegments}`,
    );
  return items.filter((item) => {
    const text = canonical(item[keys.partition] as AttributeValue);
    const hash = [...text].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0, 7);
    return hash % TotalSegments === Segment;
  });
}

function page(
  items: readonly Item[],
  { Limit = Infinity, Select }: PageInput,
  source: Source,
  { filter, show }: Reading,
) {
  const read: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    if (read.length >= Limit || bytes >= LARGEST_PAGE) break;
    read.push(item);
    bytes += itemSize(item);
  }
  const found = filter ? read.filter((item) => holds(filter, item)) : read;
  const last = read.at(-1);
  const isCut = read.length < items.length || read.length === Limit;
  return {
    Count: found.length,
    ScannedCount: read.length,
    ...(Select !== 'COUNT' && { Items: found.map(show) }),
    ...(last && isCut && { LastEvaluatedKey: startKey(last, source) }),
  };
}

function startKey(item: Item, source: Source): Record<string, AttributeValue> {
  const ofIndex = keyList(source.keys).map((name) => [name, item[name] as AttributeValue]);
  return { ...Object.fromEntries(ofIndex), ...keyOf(source.table, item) };
}
