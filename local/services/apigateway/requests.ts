import { paginate } from '../../gateway/paginate';

const PAGE = 100;

/** One page of a list, as all lists are answered. */
export function listed<Item>(
  items: Iterable<Item>,
  {
    MaxResults,
    NextToken,
  }: { readonly MaxResults?: string | undefined; readonly NextToken?: string | undefined },
): { Items: Item[]; NextToken: string | undefined } {
  const { page, nextToken } = paginate([...items], Number(MaxResults ?? PAGE), NextToken);
  return { Items: page, NextToken: nextToken };
}

/** The members that a request has: SDKs write nothing for the others. */
export function given<Settings extends object>(settings: Settings): Partial<Settings> {
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined),
  ) as Partial<Settings>;
}
