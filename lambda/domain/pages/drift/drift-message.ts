import {
  type DriftComparisonReport,
  type DriftDocument,
  type DriftedFeature,
  hasVerdict,
} from '../../traffic/drift-document';
import { type AlarmMessageProps, alarmLines, problemInWords } from '../alarm-message';
import type { Message } from '../message';
import { asMinute, inThousands } from '../units';
import { causeGuess } from './cause-guess';
import { referenceInWords, shareInWords } from './comparison-words';
import { type DriftWordsProps, distanceInWords, driftInWords } from './drift-words';
import { nameOf } from './name-of';

/** A mail names so many features; the report has all of them. */
const MOST_FEATURES = 10;
const LONGEST_NAME = 100;

/** What has drifted, by how much and since when, the farthest first; what to do; and where the report is. */
export function driftMessage(props: AlarmMessageProps<DriftDocument>): Message {
  const { pipelineName, report } = props;
  const end = alarmLines(props);
  if ('problem' in report) {
    return {
      subject: `${pipelineName}: inputs or answers have drifted`,
      text: [
        `The traffic of ${pipelineName} has drifted.`,
        `The report that says which features could not be read: ${problemInWords(report.problem)}`,
        ...end,
      ].join('\n'),
    };
  }
  const { document, uri } = report;
  const { drifted, modelVersion } = document;
  const guess = causeGuess(document, props.servingSince);
  const others = drifted.length - 1;
  const [first] = drifted;
  return {
    subject: `${pipelineName}: ${
      first === undefined
        ? 'the drift alarm went off'
        : `${shortNameOf(first)}${others > 0 ? ` and ${others} more` : ''} ${others > 0 ? 'have' : 'has'} drifted`
    }`,
    text: [
      first === undefined
        ? `The drift alarm of ${pipelineName} went off, but the latest comparisons of version ${modelVersion} find no drift.`
        : `The traffic of version ${modelVersion} of ${pipelineName} has drifted.`,
      ...document.comparisons.filter(hasVerdict).flatMap((one) => comparisonLines(one, document.until)),
      ...(guess === undefined ? [] : [`First guess: ${guess}`]),
      ...end,
      `Report: ${uri}`,
    ].join('\n'),
  };
}

/** What one comparison found, the farthest feature first. */
function comparisonLines(comparison: DriftComparisonReport, until: string): string[] {
  const { from, report } = comparison;
  const reference = referenceInWords(comparison);
  const drifted = report.drifted.flatMap(
    (name) => report.features.find(({ feature }) => feature === name) ?? [],
  );
  const left = drifted.length - MOST_FEATURES;
  const share = shareInWords(comparison);
  const facts = `${inThousands(report.rows)} rows from ${asMinute(from)} to ${asMinute(until)} UTC${share && `; ${share}`}`;
  const count = `${drifted.length} of ${report.features.length} features and answers ${drifted.length === 1 ? 'has' : 'have'} drifted`;
  return [
    `Compared with ${reference}, ${drifted.length === 0 ? 'nothing has drifted' : count} (${facts})${drifted.length === 0 ? '.' : ':'}`,
    ...drifted
      .slice(0, MOST_FEATURES)
      .map((feature) => `- ${featureInWords(feature, { findings: report.findings, reference })}`),
    ...(left > 0 ? [`- and ${left} more, which the report lists`] : []),
  ];
}

function featureInWords(drifted: DriftedFeature, props: DriftWordsProps): string {
  const { feature, since } = drifted;
  const words = driftInWords(drifted, props);
  const what = words === '' ? '' : `${words} `;
  const found = since === undefined ? '' : `, since ${asMinute(since)} UTC`;
  return `${shortNameOf(feature)}: ${what}(${distanceInWords(drifted)}${found})`;
}

function shortNameOf(feature: string): string {
  return nameOf(feature).slice(0, LONGEST_NAME);
}
