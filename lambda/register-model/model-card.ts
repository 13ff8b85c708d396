import type { Lineage } from '../../contracts/lineage';
import type { Evaluation, EvaluationMetrics } from '../domain/gate/evaluation';

/** What is known of a version, for people. */
export interface ModelCard {
  readonly pipeline: string;
  readonly modelVersion: string;
  readonly parentVersion: string | null;
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
  readonly lineage: Lineage;
  readonly training: {
    /** Undefined if the model was trained elsewhere. */
    readonly job: string | undefined;
    readonly execution: string;
    readonly rows: number;
    readonly label: string;
    readonly features: readonly string[];
    readonly hyperparameters: Readonly<Record<string, string>>;
  };
  readonly evaluation: {
    /** Rows of the holdout. */
    readonly rows: number;
    /** The version that it was compared with, null if nothing was in production. */
    readonly champion: string | null;
    readonly verdict: Evaluation['verdict'];
    readonly reasons: readonly string[];
    readonly metrics: EvaluationMetrics | null;
  };
}

const VERDICTS: Readonly<Record<Evaluation['verdict'], string>> = {
  promote: 'It may replace production.',
  keep: 'It was refused.',
  'needs-person': 'The gate could not decide: a person may approve it.',
};

/** Writes a card as Markdown. */
export function formatCard(card: ModelCard): string {
  const { lineage, training, evaluation } = card;
  return [
    `# ${card.pipeline} ${card.modelVersion}`,
    '',
    `Registered ${card.createdAt}, ${card.parentVersion ? `after ${card.parentVersion}` : 'the first version'}.`,
    VERDICTS[evaluation.verdict],
    '',
    '## Evaluation',
    '',
    training.job === undefined
      ? `On the ${evaluation.rows} rows of the holdout that came with this version.`
      : `On the newest ${evaluation.rows} rows, which this version was not trained on.`,
    '',
    ...metricsTable(evaluation),
    ...evaluation.reasons.map((reason) => `- ${reason}`),
    '',
    '## Training',
    '',
    ...(training.job === undefined
      ? [`- Trained elsewhere: ${code(lineage.origin ?? '')}`, `- Rows of the baseline: ${training.rows}`]
      : [`- Rows: ${training.rows}`]),
    `- Label: ${code(training.label)}`,
    `- Features: ${training.features.map(code).join(', ')}`,
    ...(training.job === undefined
      ? []
      : [
          `- Hyperparameters: ${Object.entries(training.hyperparameters)
            .map(([name, value]) => code(`${name}=${value}`))
            .join(', ')}`,
          `- Job: ${code(training.job)}`,
        ]),
    `- Workflow: ${code(training.execution)}`,
    '',
    '## Lineage',
    '',
    ...Object.entries(lineage).map(([name, value]) => `- ${name}: ${code(value)}`),
    '',
    '## Not assessed',
    '',
    'Intended use, fairness between groups, robustness, and explanations of single predictions.',
    '',
  ].join('\n');
}

function metricsTable({ champion, metrics }: ModelCard['evaluation']): string[] {
  if (!metrics) return ['The evidence allowed no comparison.', ''];
  const { challenger, primary } = metrics;
  const names = Object.keys(challenger);
  const row = (name: string) =>
    [name, fixed(challenger[name]), ...(champion ? [fixed(metrics.champion?.[name])] : [])].join(' | ');
  const against = champion ?? 'the best answer that is the same for all rows';
  return [
    `| metric | this version |${champion ? ` ${champion} |` : ''}`,
    `| --- | --- |${champion ? ' --- |' : ''}`,
    ...names.map((name) => `| ${row(name)} |`),
    '',
    `Its lead in ${primary} over ${against}: ${fixed(metrics.difference)}, between ${metrics.interval.map(fixed).join(' and ')}, p = ${metrics.pValue.toPrecision(3)}.`,
    '',
  ];
}

function fixed(value: number | undefined): string {
  return value === undefined ? '-' : value.toFixed(4);
}

function code(text: string): string {
  return `\`${text}\``;
}
