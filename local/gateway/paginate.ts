/**
 * One page of a list; the token is the position of the next item.
 *
 * @param limit items per page
 */
export function paginate<Item>(
  items: readonly Item[],
  limit: number,
  token?: string,
): { readonly page: Item[]; readonly nextToken?: string } {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64').toString());
  const end = start + limit;
  return {
    page: items.slice(start, end),
    ...(end < items.length && { nextToken: Buffer.from(String(end)).toString('base64') }),
  };
}
