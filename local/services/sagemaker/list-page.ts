import { paginate } from '../../gateway/paginate';

/** What all `List...` operations take. */
export interface ListQuery {
  readonly NameContains?: string | undefined;
  readonly CreationTimeAfter?: Date | undefined;
  readonly CreationTimeBefore?: Date | undefined;
  readonly LastModifiedTimeAfter?: Date | undefined;
  readonly LastModifiedTimeBefore?: Date | undefined;
  readonly StatusEquals?: string | undefined;
  readonly SortBy?: string | undefined;
  readonly SortOrder?: string | undefined;
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** What a resource is filtered and sorted by. */
export interface ListedFacts {
  readonly name: string;
  readonly created: Date;
  readonly modified?: Date | undefined;
  readonly status?: string | undefined;
}

const PAGE = 10;

/** Filters, sorts and cuts a list. Resources of the same time keep the order in which they were made. */
export function listPage<Item>(
  items: readonly Item[],
  factsOf: (item: Item) => ListedFacts,
  query: ListQuery,
  defaultOrder: 'Ascending' | 'Descending',
): { readonly page: Item[]; readonly nextToken?: string } {
  const found = items.filter((item) => fits(factsOf(item), query));
  const key = (item: Item): string | number => {
    const { name, created, status, modified } = factsOf(item);
    if (query.SortBy === 'Name') return name;
    if (query.SortBy === 'Status') return status ?? '';
    return (query.SortBy === 'LastModifiedTime' ? (modified ?? created) : created).getTime();
  };
  found.sort((a, b) => compare(key(a), key(b)));
  if ((query.SortOrder ?? defaultOrder) === 'Descending') found.reverse();
  return paginate(found, query.MaxResults ?? PAGE, query.NextToken);
}

function fits({ name, created, modified = created, status }: ListedFacts, query: ListQuery): boolean {
  return (
    name.toLowerCase().includes((query.NameContains ?? '').toLowerCase()) &&
    isWithin(created, query.CreationTimeAfter, query.CreationTimeBefore) &&
    isWithin(modified, query.LastModifiedTimeAfter, query.LastModifiedTimeBefore) &&
    (query.StatusEquals === undefined || query.StatusEquals === status)
  );
}

function isWithin(time: Date, after: Date | undefined, before: Date | undefined): boolean {
  return (!after || time >= after) && (!before || time <= before);
}

export function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
