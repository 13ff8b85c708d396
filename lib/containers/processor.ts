/** What an instance computes with, as images differ by it. */
export type Processor = 'cpu' | 'gpu' | 'arm' | 'neuron';

/**
 * The processor of an instance type, such as `ml.m5.large`: families of accelerated instances are named `g`,
 * `gr` and `p` (GPUs), `inf` and `trn` (AWS Neuron), and a `g` after the generation is AWS Graviton.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html, and `_processor` in
 * `image_uris.py` of sagemaker-core 2.27.0, by which the SageMaker Python SDK chooses an image
 */
export function processorOf(instanceType: string): Processor {
  const family = instanceType.split('.')[1] ?? '';
  if (/^(inf|trn)\d/.test(family)) return 'neuron';
  if (/^(g|gr|p)\d/.test(family)) return 'gpu';
  return /^[a-z]+\d+g/.test(family) ? 'arm' : 'cpu';
}
