import type { EvaluationReport, MetricRow, ModelCurves } from '../domain/gate/evaluation-report';
import { pinnedTrainingImage } from '../domain/records/lineage';
import type { ModelCard } from './model-card';

/**
 * What is known of a version, in SageMaker's schema of the model card of a model package: the content of
 * `models/<model-version>/model-card.json`, which the registry shows.
 */
export type SageMakerCard = ReturnType<typeof sageMakerCard>;

export interface CardSources {
  readonly card: ModelCard;
  readonly evaluation: EvaluationReport;
  readonly modelDataUrl: string;
  /** `s3://` URIs. */
  readonly datasets: { readonly training: string; readonly holdout: string };
}

/** A text of the schema has at most 1,024 characters. */
const LONGEST_TEXT = 1024;
/** The schema's. */
const MOST_HYPERPARAMETERS = 100;

/** Writes a card in SageMaker's schema; texts that are too long for it are cut. */
export function sageMakerCard({ card, evaluation, modelDataUrl, datasets }: CardSources) {
  const { lineage, training } = card;
  return {
    model_overview: { model_creator: card.pipeline, model_artifact: [modelDataUrl] },
    intended_uses: { risk_rating: 'Unknown' },
    training_details: {
      training_observations: short(
        `${lineage.origin === undefined ? '' : `trained elsewhere: ${lineage.origin}; baseline of `}${training.rows} rows; label ${training.label}; features ${training.features.join(', ')}`,
      ),
      training_job_details: {
        ...(training.job !== undefined && { training_arn: trainingArn(training.job, training.execution) }),
        training_datasets: [datasets.training],
        training_environment: { container_image: [pinnedTrainingImage(lineage)] },
        hyper_parameters: Object.entries(training.hyperparameters)
          .slice(0, MOST_HYPERPARAMETERS)
          .map(([name, value]) => ({ name: short(name), value: short(value) })),
      },
    },
    evaluation_details: [
      {
        name: 'Holdout',
        evaluation_observation: short(`${evaluation.verdict}: ${evaluation.deciding.join('; ')}`),
        datasets: [datasets.holdout],
        metadata: { rows: String(evaluation.rows), champion: evaluation.champion ?? 'none' },
        metric_groups: metricGroups(evaluation),
      },
    ],
    additional_information: {
      caveats_and_recommendations:
        'Not assessed: intended use, robustness, and explanations of single predictions.',
      custom_details: {
        modelVersion: card.modelVersion,
        parentVersion: card.parentVersion ?? 'none',
        createdAt: card.createdAt,
        dataVersion: lineage.dataVersion,
        codeVersion: lineage.codeVersion,
        image: lineage.image,
        configHash: lineage.configHash,
        schemaHash: lineage.schemaHash,
        execution: training.execution,
      },
    },
  };
}

function metricGroups({ metrics, champion, curves }: EvaluationReport) {
  const leads = metrics.filter(({ against }) => against);
  return [
    {
      name: 'This version',
      metric_data: metrics.map(({ title, challenger }) => number(title, challenger)),
    },
    ...(leads.length > 0 ? [{ name: `Lead over ${champion}`, metric_data: leads.map(leadOf) }] : []),
    ...(curves ? [{ name: 'Curves', metric_data: graphs(curves.challenger) }] : []),
  ];
}

function leadOf({ title, against }: MetricRow) {
  const [low, high] = against?.interval ?? [];
  return { ...number(title, against?.lead ?? Number.NaN), notes: `95 % interval: ${low} to ${high}` };
}

/** JSON has no NaN. */
function number(name: string, value: number) {
  return Number.isFinite(value)
    ? { name, type: 'number', value }
    : { name, type: 'string', value: 'not known' };
}

function graphs({ roc, precisionRecall }: ModelCurves) {
  const graph = (name: string, x: string, y: string, value: ModelCurves['roc']) => ({
    name,
    type: 'linear_graph',
    value: value.map((point) => point.map((one) => Number(one.toFixed(4)))),
    notes: `${y} over ${x}`,
  });
  return [
    graph('ROC', 'false positive rate', 'true positive rate', roc),
    graph('Precision and recall', 'recall', 'precision', precisionRecall),
  ];
}

/** In the account and region of the workflow that trained it. */
function trainingArn(job: string, execution: string): string {
  const [, partition, , region, account] = execution.split(':');
  return `arn:${partition}:sagemaker:${region}:${account}:training-job/${job}`;
}

function short(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT - 1)}…` : text;
}
