import type * as sdk from '@aws-sdk/client-sagemaker';
import { NotImplementedError } from '../../gateway/aws-error';
import { paginate } from '../../gateway/paginate';
import type { Operations } from '../../gateway/service';
import { compare } from './list-page';
import { packageGroupSummary } from './registry/package-group-operations';
import type { Store } from './store';

type Properties = Readonly<Record<string, unknown>>;

const USUAL_PAGE = 10;

/**
 * Search by properties of resources.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Search.html
 */
export function searchOperations(store: Store): Operations<typeof sdk> {
  const { packageGroups, packages, trainingJobs } = store;
  const searched: Readonly<Record<string, () => object[]>> = {
    ModelPackage: () => packages.all(),
    ModelPackageGroup: () => packageGroups.all().map((group) => packageGroupSummary(store, group)),
    TrainingJob: () => trainingJobs.all(),
  };
  return {
    Search: ({ Resource = '', SearchExpression = {}, SortBy, SortOrder, MaxResults, NextToken }) => {
      const all = searched[Resource]?.() as Properties[] | undefined;
      if (!all)
        throw new NotImplementedError(
          `Search for ${Resource}; it searches for ${Object.keys(searched).join(', ')}`,
        );
      const found = all.filter((each) => fits(each, SearchExpression));
      found.sort((a, b) => compare(sortKey(a, SortBy), sortKey(b, SortBy)));
      if (SortOrder !== 'Ascending') found.reverse();
      const { page, nextToken } = paginate(found, MaxResults ?? USUAL_PAGE, NextToken);
      return { Results: page.map((each) => ({ [Resource]: each })), NextToken: nextToken };
    },
  };
}

function fits(properties: Properties, { Filters = [], Operator }: sdk.SearchExpression): boolean {
  if (Filters.length === 0) return true;
  const isTrue = (filter: sdk.Filter) => holds(filter, properties[filter.Name as string]);
  return Operator === 'Or' ? Filters.some(isTrue) : Filters.every(isTrue);
}

function holds({ Operator = 'Equals', Value = '' }: sdk.Filter, property: unknown): boolean {
  const text = property === undefined ? undefined : String(property);
  switch (Operator) {
    case 'Exists':
      return text !== undefined;
    case 'NotExists':
      return text === undefined;
    case 'NotEquals':
      return text !== Value;
    case 'Contains':
      return text?.includes(Value) ?? false;
    default:
      return text === Value;
  }
}

function sortKey(properties: Properties, sortBy = 'LastModifiedTime'): string | number {
  const value = properties[sortBy] ?? (sortBy === 'LastModifiedTime' ? properties.CreationTime : undefined);
  return value instanceof Date ? value.getTime() : typeof value === 'number' ? value : String(value ?? '');
}
