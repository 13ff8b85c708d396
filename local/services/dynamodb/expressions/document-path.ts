import type { AttributeValue, Item } from '../attribute-value';
import { invalid } from '../errors';

/** A place in an item: attribute name, then names in maps and positions in lists. */
export type DocumentPath = readonly (string | number)[];

/** The value at a path; undefined if the path does not exist. */
export function valueAt(item: Item, path: DocumentPath): AttributeValue | undefined {
  let value: AttributeValue | undefined = { M: item as Record<string, AttributeValue> };
  for (const step of path) {
    value = typeof step === 'number' ? value?.L?.[step] : member(value?.M, step);
    if (value === undefined) return undefined;
  }
  return value;
}

function member(
  map: Readonly<Record<string, AttributeValue>> | undefined,
  name: string,
): AttributeValue | undefined {
  return map && Object.hasOwn(map, name) ? map[name] : undefined;
}

/** As AWS writes it in errors: `[a, b, [0]]`. */
export function pathText(path: DocumentPath): string {
  return `[${path.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join(', ')}]`;
}

/**
 * @param expression e.g. `UpdateExpression`
 * @throws AwsError ValidationException if a path contains another, or takes a list for a map
 */
export function refuseOverlaps(paths: readonly DocumentPath[], expression: string): void {
  for (const [index, one] of paths.entries()) {
    for (const other of paths.slice(index + 1)) {
      const length = Math.min(one.length, other.length);
      const differing = one.slice(0, length).findIndex((step, position) => step !== other[position]);
      const found =
        differing === -1
          ? 'overlap'
          : typeof one[differing] !== typeof other[differing]
            ? 'conflict'
            : undefined;
      if (!found) continue;
      throw invalid(
        `Invalid ${expression}: Two document paths ${found} with each other; must remove or rewrite one of these paths; path one: ${pathText(one)}, path two: ${pathText(other)}`,
      );
    }
  }
}
