import type { DriftDocument } from '../../traffic/drift-document';
import { asMinute, inThousands } from '../units';
import { changeInWords, printable } from './drift-words';

export interface DriftMessageProps {
  readonly pipelineName: string;
  /** As CloudWatch reports the change of its state. */
  readonly alarm: { readonly name: string; readonly reason: string };
  /** The newest comparison, or why it is missing. */
  readonly report: { readonly document: DriftDocument; readonly uri: string } | { readonly problem: string };
  /** What people can do, in whole sentences. */
  readonly remedy: string;
}

/** A message for people. */
export interface Message {
  readonly subject: string;
  readonly text: string;
}

/** A mail names so many features; the report has all of them. */
const MOST_FEATURES = 10;
const LONGEST_NAME = 100;
const LONGEST_PROBLEM = 500;

/** What has drifted, by how much and since when, the farthest first; what to do; and where the report is. */
export function driftMessage({ pipelineName, alarm, report, remedy }: DriftMessageProps): Message {
  const end = [`What to do: ${remedy}`, `Alarm: ${printable(alarm.name)}: ${printable(alarm.reason)}`];
  if ('problem' in report) {
    return {
      subject: `${pipelineName}: inputs or answers have drifted`,
      text: [
        `The traffic of ${pipelineName} has drifted from the training data.`,
        `The report that says which features could not be read: ${printable(report.problem).slice(0, LONGEST_PROBLEM)}`,
        ...end,
      ].join('\n'),
    };
  }
  const { document, uri } = report;
  const drifted = featuresOf(document);
  const names = drifted.map(({ feature }) => nameOf(feature));
  const others = names.length - 1;
  return {
    subject: `${pipelineName}: ${
      names.length === 0
        ? 'the drift alarm went off'
        : `${names[0]}${others > 0 ? ` and ${others} more` : ''} ${others > 0 ? 'have' : 'has'} drifted`
    }`,
    text: [
      names.length === 0
        ? `The drift alarm of ${pipelineName} went off, but the latest comparison with the training data of version ${document.modelVersion} finds no drift.`
        : `The traffic of ${pipelineName} has drifted from the training data of version ${document.modelVersion}.`,
      ...featureLines(document, drifted),
      `Compared: ${inThousands(document.report.rows)} rows from ${asMinute(document.from)} to ${asMinute(document.until)} UTC.`,
      ...end,
      `Report: ${uri}`,
    ].join('\n'),
  };
}

type Feature = DriftDocument['report']['features'][number];

/** The drifted features, the farthest first. */
function featuresOf({ report: { drifted, features } }: DriftDocument): Feature[] {
  return drifted.flatMap((name) => features.find(({ feature }) => feature === name) ?? []);
}

function featureLines({ report: { features } }: DriftDocument, drifted: readonly Feature[]): string[] {
  if (drifted.length === 0) return [];
  const left = drifted.length - MOST_FEATURES;
  return [
    `${drifted.length} of ${features.length} features and answers have drifted, the farthest first:`,
    ...drifted.slice(0, MOST_FEATURES).map((feature) => `- ${featureInWords(feature)}`),
    ...(left > 0 ? [`- and ${left} more, which the report lists`] : []),
  ];
}

function featureInWords({ feature, change, since, distance = 0 }: Feature): string {
  const what = change ? `${changeInWords(change)} ` : '';
  const found = since === undefined ? '' : `, since ${asMinute(since)} UTC`;
  return `${nameOf(feature)}: ${what}(distance ${Number(distance.toPrecision(2))}${found})`;
}

function nameOf(feature: string): string {
  return feature === 'prediction' ? "the model's answers" : printable(feature).slice(0, LONGEST_NAME);
}
