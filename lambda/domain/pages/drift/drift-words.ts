import type { DistanceMeasure } from '../../../../contracts/feature-drift-policy';
import type { DriftChange } from '../../traffic/drift-change';
import type { DriftEffect } from '../../traffic/feature-policy';
import type { Finding, FindingKind } from '../../traffic/findings/finding';
import { inPercent } from '../units';

export interface DriftWordsProps {
  /** Those of the whole report. @default - none */
  readonly findings?: readonly Finding[] | undefined;
  /** What the window was compared with, in words. @default - the training data */
  readonly reference?: string | undefined;
}

/**
 * What is wrong with a drifted feature, on one line: its findings, and what has changed most in its
 * distribution unless a finding says the same.
 */
export function driftInWords(
  { feature, change }: { readonly feature: string; readonly change?: DriftChange | undefined },
  { findings = [], reference = 'the training data' }: DriftWordsProps = {},
): string {
  const own = findings.filter((finding) => finding.feature === feature);
  const isSaid = change && own.some(({ kind }) => kind === kindOf(change));
  // Whatever else has changed, follows from it.
  const isConstant = own.some(({ kind }) => kind === 'constant');
  const words = own.map((finding) => findingInWords(finding, reference));
  const rest = change && !isSaid && !isConstant ? [changeInWords(change, reference)] : [];
  return [...words, ...rest].join(', and ');
}

/** The finding that says the same. */
function kindOf(change: DriftChange): FindingKind | undefined {
  switch (change.values) {
    case 'missing':
      return 'missing';
    case 'otherCategories':
      return 'unseenCategories';
    case 'above':
    case 'below':
      return change.isExtreme ? 'outOfRange' : undefined;
    case 'category':
      return undefined;
  }
}

/** `12 % of the values are missing; 0.1 % in the training data` */
function findingInWords(finding: Finding, reference: string): string {
  const { before, after } = finding;
  const then = `; ${inPercent(before)} in ${reference}`;
  switch (finding.kind) {
    case 'missing':
      return changeInWords({ values: 'missing', before, after }, reference);
    case 'unseenCategories':
      return changeInWords({ values: 'otherCategories', before: 0, after }, reference);
    case 'outOfRange':
      return changeInWords(
        { values: finding.side, bound: finding.bound, isExtreme: before === 0, before, after },
        reference,
      );
    case 'constant':
      return `all values are ${valueInWords(finding.value)}${then}`;
    case 'stuck':
      return `${inPercent(after)} of the values are ${valueInWords(finding.value)}${then}`;
  }
}

/** A profile knows numbers but for the width of a bin. */
function valueInWords(value: string | number): string {
  return typeof value === 'number' ? `about ${short(value)}` : `'${printable(value)}'`;
}

/**
 * `21 % of the values are above 2300; 1 % in the training data`
 *
 * @param reference what the window is compared with, in words
 */
export function changeInWords(change: DriftChange, reference = 'the training data'): string {
  const { before, after } = change;
  const [now, then] = [`${inPercent(after)} of the values are`, `; ${inPercent(before)} in ${reference}`];
  switch (change.values) {
    case 'missing':
      return `${now} missing${then}`;
    case 'category':
      return `${now} '${printable(change.category)}'${then}`;
    case 'otherCategories':
      return before === 0
        ? `${now} categories that do not occur in ${reference}`
        : `${now} new or rare categories${then}`;
    case 'above':
      return change.isExtreme && before === 0
        ? `${now} above ${short(change.bound)}, beyond all of ${reference}`
        : `${now} above ${short(change.bound)}${then}`;
    case 'below':
      return change.isExtreme && before === 0
        ? `${now} below ${short(change.bound)}, beyond all of ${reference}`
        : `${now} at most ${short(change.bound)}${then}`;
  }
}

/** `distance 0.31`, by the measure of the feature's policy if it has one. */
export function distanceInWords({
  distance = 0,
  effect,
}: {
  readonly distance?: number | undefined;
  readonly effect?: DriftEffect | undefined;
}): string {
  const { measure = 'largestDifference', importance = 1 } = effect ?? {};
  const value = effect?.distance ?? distance;
  return `${MEASURES[measure]} ${Number(value.toPrecision(2))}${importance < 1 ? `, importance ${short(importance)}` : ''}`;
}

const MEASURES: Readonly<Record<DistanceMeasure, string>> = {
  largestDifference: 'distance',
  populationStabilityIndex: 'PSI',
  jensenShannon: 'Jensen-Shannon distance',
  hellinger: 'Hellinger distance',
  wasserstein: 'Wasserstein distance',
};

/** Names and categories are what the data say: line breaks and control characters are none of a message. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
