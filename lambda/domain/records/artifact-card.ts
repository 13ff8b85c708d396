import type { Lineage } from '../../../contracts/lineage';
import { pinnedImage } from './container-image';

/** What is known of a version that was trained elsewhere. */
export interface ArtifactCard {
  readonly pipeline: string;
  readonly modelVersion: string;
  readonly parentVersion: string | null;
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
  readonly lineage: Lineage & { readonly origin: string };
  readonly modelDataUrl: string;
  readonly features: readonly string[];
  /** Rows of the sample; 0 without one. */
  readonly sampleRows: number;
  readonly metrics: Readonly<Record<string, number>>;
}

const NOT_ASSESSED =
  'Training and evaluation, which took place elsewhere; intended use, fairness between groups, and robustness.';

/** Writes a card as Markdown. */
export function formatArtifactCard(card: ArtifactCard): string {
  const { lineage, metrics } = card;
  const figures = Object.entries(metrics);
  return [
    `# ${card.pipeline} ${card.modelVersion}`,
    '',
    `Registered ${card.createdAt}, ${card.parentVersion ? `after ${card.parentVersion}` : 'the first version'}.`,
    `Trained elsewhere: ${lineage.origin}.`,
    '',
    '## Metrics, as given at registration',
    '',
    ...(figures.length > 0 ? figures.map(([name, value]) => `- ${name}: ${value}`) : ['None.']),
    '',
    '## Sample',
    '',
    card.sampleRows > 0
      ? `${card.sampleRows} rows of the features ${card.features.join(', ')}.`
      : 'None: traffic is not compared with anything.',
    '',
    '## Lineage',
    '',
    ...Object.entries(lineage).map(([name, value]) => `- ${name}: \`${value}\``),
    '',
    '## Not assessed',
    '',
    NOT_ASSESSED,
    '',
  ].join('\n');
}

/**
 * Writes a card in SageMaker's schema of the model card of a model package.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/model-cards-json-schema.html
 */
export function sageMakerArtifactCard(card: ArtifactCard) {
  const { lineage, modelVersion, metrics } = card;
  return {
    model_overview: { model_creator: card.pipeline, model_artifact: [card.modelDataUrl] },
    intended_uses: { risk_rating: 'Unknown' },
    training_details: {
      training_observations: `Trained elsewhere: ${lineage.origin}`.slice(0, LONGEST_TEXT),
      training_job_details: {
        training_environment: { container_image: [pinnedImage(lineage.image, lineage.imageDigest)] },
        hyper_parameters: [],
      },
    },
    ...(Object.keys(metrics).length > 0 && {
      evaluation_details: [
        {
          name: 'As given at registration',
          metric_groups: [
            {
              name: 'This version',
              metric_data: Object.entries(metrics).map(([name, value]) => ({ name, type: 'number', value })),
            },
          ],
        },
      ],
    }),
    additional_information: {
      caveats_and_recommendations: `Not assessed: ${NOT_ASSESSED}`,
      custom_details: {
        modelVersion,
        parentVersion: card.parentVersion ?? 'none',
        createdAt: card.createdAt,
        codeVersion: lineage.codeVersion,
        image: lineage.image,
        schemaHash: lineage.schemaHash,
      },
    },
  };
}

/** A text of the schema has at most 1,024 characters. */
const LONGEST_TEXT = 1024;
