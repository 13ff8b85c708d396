import type { InstancePrices } from './price-table';

/**
 * US dollars an hour, of few types and regions: AWS's price list is not part of this package. `model-pipeline
 * prices` writes a table of all types of a region from it.
 */
export const PRICES: readonly InstancePrices[] = [
  {
    region: 'us-east-1',
    date: '2025-01-26',
    // ml.m5.large is half of ml.m5.xlarge, as it is in eu-west-1.
    source:
      'https://github.com/aws-samples/foundation-model-benchmarking-tool/blob/77ece06a/src/fmbench/configs/pricing.yml',
    instanceHours: {
      'ml.m5.large': 0.115,
      'ml.m5.xlarge': 0.23,
      'ml.g4dn.12xlarge': 4.89,
      'ml.g5.xlarge': 1.4084,
      'ml.g5.2xlarge': 1.515,
      'ml.g5.12xlarge': 7.09,
      'ml.g5.24xlarge': 10.18,
      'ml.g5.48xlarge': 20.36,
      'ml.g6.2xlarge': 1.222,
      'ml.g6.12xlarge': 5.752,
      'ml.g6.16xlarge': 4.246,
      'ml.g6.24xlarge': 8.344,
      'ml.g6.48xlarge': 16.688,
      'ml.inf2.xlarge': 0.99,
      'ml.inf2.8xlarge': 2.36,
      'ml.inf2.24xlarge': 7.79,
      'ml.inf2.48xlarge': 15.58,
      'ml.p3.2xlarge': 3.825,
      'ml.p4d.24xlarge': 37.688,
      'ml.p5.48xlarge': 113.068,
    },
  },
  {
    region: 'eu-west-1',
    date: '2023-12-31',
    source:
      'https://github.com/aws-samples/sagemaker-ssh-helper/blob/b6bf9ba39119784eb6ce6683ae9a6a2ed8ef4cd3/Sample_Costs.md',
    instanceHours: {
      'ml.m5.large': 0.128,
      'ml.m5.xlarge': 0.257,
      'ml.g4dn.xlarge': 0.822,
      'ml.g4dn.4xlarge': 1.678,
      'ml.g4dn.12xlarge': 5.453,
      'ml.g5.xlarge': 1.57,
      'ml.g5.12xlarge': 7.91,
      'ml.p3.2xlarge': 4.131,
    },
  },
];
