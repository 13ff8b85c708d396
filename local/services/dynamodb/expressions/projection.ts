import type { AttributeValue, Item } from '../attribute-value';
import { type DocumentPath, refuseOverlaps } from './document-path';
import { ExpressionReader } from './expression-reader';
import type { References } from './references';

/**
 * Reads a projection expression.
 *
 * @throws AwsError ValidationException
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ProjectionExpressions.html
 */
export function parseProjection(text: string, references: References): DocumentPath[] {
  const reader = new ExpressionReader(text, 'ProjectionExpression', references);
  const paths = [reader.path()];
  while (reader.takes(',')) paths.push(reader.path());
  reader.expectEnd();
  refuseOverlaps(paths, 'ProjectionExpression');
  return paths;
}

/** What of an item is at some paths; lists keep the order of their members, without gaps. */
export function projected(item: Item, paths: readonly DocumentPath[]): Record<string, AttributeValue> {
  return projectedMap(item, paths) ?? {};
}

function projectedMap(map: Item, paths: readonly DocumentPath[]): Record<string, AttributeValue> | undefined {
  const found: Record<string, AttributeValue> = {};
  for (const [name, rest] of byFirstStep(paths)) {
    const value = typeof name === 'string' && Object.hasOwn(map, name) ? map[name] : undefined;
    const part = value && projectedValue(value, rest);
    if (part) found[name as string] = part;
  }
  return Object.keys(found).length > 0 ? found : undefined;
}

function projectedValue(value: AttributeValue, paths: readonly DocumentPath[]): AttributeValue | undefined {
  if (paths.some((path) => path.length === 0)) return value;
  if (value.M) {
    const map = projectedMap(value.M, paths);
    return map && { M: map };
  }
  const list = value.L;
  if (!list) return undefined;
  const parts = [...byFirstStep(paths)]
    .filter((entry): entry is [number, DocumentPath[]] => typeof entry[0] === 'number')
    .sort(([one], [other]) => one - other)
    .flatMap(([index, rest]) => {
      const member = list[index];
      const part = member && projectedValue(member, rest);
      return part ? [part] : [];
    });
  return parts.length > 0 ? { L: parts } : undefined;
}

function byFirstStep(paths: readonly DocumentPath[]): Map<string | number, DocumentPath[]> {
  const groups = new Map<string | number, DocumentPath[]>();
  for (const [first, ...rest] of paths) {
    if (first === undefined) continue;
    groups.set(first, [...(groups.get(first) ?? []), rest]);
  }
  return groups;
}
