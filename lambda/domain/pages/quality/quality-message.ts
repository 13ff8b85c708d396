import { fallenParts } from '../../quality/judge-quality';
import type { QualityDocument } from '../../quality/quality-document';
import { type AlarmMessageProps, alarmLines, problemInWords } from '../alarm-message';
import { printable } from '../drift/drift-words';
import type { Message } from '../message';
import { asMinute, inThousands } from '../units';
import { completenessInWords, conceptDriftInWords, short, titleOf, valueInWords } from './quality-words';

/** A mail names so many slices; the report has all of them. */
const MOST_SLICES = 10;
const LONGEST_NAME = 100;

/** What has fallen, where, by how much and since when; what to do; and where the report is. */
export function qualityMessage(props: AlarmMessageProps<QualityDocument>): Message {
  const { pipelineName, report } = props;
  if ('problem' in report) {
    return {
      subject: `${pipelineName}: quality has fallen`,
      text: [
        `The quality of ${pipelineName} has fallen.`,
        `The report that says by how much could not be read: ${problemInWords(report.problem)}`,
        ...alarmLines(props),
      ].join('\n'),
    };
  }
  const { document, uri } = report;
  const { modelVersion, from, until, completeness, conceptDrift } = document;
  const fallen = fallenParts(document);
  const [first, ...others] = fallen;
  const drift = conceptDrift && conceptDriftInWords(conceptDrift);
  const left = fallen.length - MOST_SLICES;
  const window = `by the labels of ${asMinute(from)} to ${asMinute(until)} UTC`;
  return {
    subject: `${pipelineName}: ${first ? `${titleOf(first.metric)} ${changeOf(first)}${placeOf(first.name)}${others.length > 0 ? ` and ${others.length} more` : ''}` : 'the quality alarm went off'}`,
    text: [
      first
        ? `Version ${modelVersion} of ${pipelineName} is worse than on its holdout, ${window}:`
        : `The quality alarm of ${pipelineName} went off, but version ${modelVersion} is not significantly worse than on its holdout, ${window}.`,
      ...fallen.slice(0, MOST_SLICES).map((part) => `- ${partInWords(part, document)}`),
      ...(left > 0 ? [`- and ${left} more, which the report lists`] : []),
      ...(drift === undefined ? [] : [sentence(drift)]),
      ...(completeness ? [sentence(completenessInWords(completeness))] : []),
      ...alarmLines(props),
      `Report: ${uri}`,
    ].join('\n'),
  };
}

type FallenPart = ReturnType<typeof fallenParts>[number];

/**
 * `AUC is 0.81 (0.79 to 0.83) instead of 0.9, worse by 0.09, with 12,345 labels, since 2026-11-24 08:00 UTC`
 */
function partInWords(part: FallenPart, { labels, figures = [], slices = [] }: QualityDocument): string {
  const { name, metric, production, holdout, drop, since } = part;
  const slice = slices.find((one) => one.name === name);
  const { interval } = slice ?? figures.find((one) => one.metric === metric) ?? {};
  const count = inThousands(slice?.labels ?? labels);
  const found = since === undefined ? '' : `, since ${asMinute(since)} UTC`;
  return `${titleOf(metric)}${placeOf(name)} is ${valueInWords(production, interval)} instead of ${short(holdout)}, worse by ${short(drop)}, with ${count} labels${found}`;
}

function changeOf({ production, holdout }: FallenPart): string {
  return production < holdout ? 'has fallen' : 'has risen';
}

function placeOf(name: string | undefined): string {
  return name === undefined ? '' : ` for ${printable(name).slice(0, LONGEST_NAME)}`;
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
