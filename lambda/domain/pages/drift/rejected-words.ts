import type { DriftDocument } from '../../traffic/drift-document';
import { REJECTIONS, type Rejection } from '../../traffic/payload/rejected-record';
import { inThousands } from '../units';

/** How many records of the last hour cannot be read, why, and where examples are; undefined if all can. */
export function rejectedInWords({
  unreadable,
  firstProblem = '',
  rejections,
  rejectedRecords,
}: DriftDocument): string | undefined {
  if (unreadable === 0) return undefined;
  const reasons = Object.entries(rejections ?? {})
    .sort(([, a], [, b]) => b - a)
    .map(([rejection, count]) => `${inThousands(count)} ${REJECTIONS[rejection as Rejection]}`);
  const why = reasons.length > 0 ? ` (${reasons.join(', ')}; examples are in ${rejectedRecords})` : '';
  return `${inThousands(unreadable)} records of the last hour cannot be read${why}. The first: ${firstProblem}`;
}
