import { CfnMapping, Fn, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Validation } from '../runtime/validation';
import { SCIKIT_LEARN_REGISTRIES, SCIKIT_LEARN_VERSIONS } from './scikit-learn-registries';

/** The container image that trains or serves a model. */
export abstract class ModelImage {
  /**
   * AWS's scikit-learn image, which runs training and inference scripts.
   *
   * @param version version of the image, such as `1.9-0`, which holds scikit-learn 1.9.0; by default the
   * newest that AWS publishes
   */
  static scikitLearn(version?: string): ModelImage {
    return new ScikitLearnImage(version ?? NEWEST);
  }

  /** An image by its URI in ECR. It must follow SageMaker's script mode, as AWS's framework images do. */
  static fromUri(uri: string): ModelImage {
    return new UriImage(uri);
  }

  /** The image's URI in the construct's region. */
  abstract bind(scope: Construct): string;
}

class UriImage extends ModelImage {
  constructor(private readonly uri: string) {
    super();
  }

  bind(): string {
    return this.uri;
  }
}

const NEWEST = SCIKIT_LEARN_VERSIONS.at(-1) as string;
const MAPPING = 'ScikitLearnImages';

class ScikitLearnImage extends ModelImage {
  constructor(private readonly version: string) {
    super();
  }

  bind(scope: Construct): string {
    const stack = Stack.of(scope);
    new Validation(scope)
      .check(
        this.version,
        SCIKIT_LEARN_VERSIONS.includes(this.version),
        `the version of the scikit-learn image must be one that AWS publishes (${SCIKIT_LEARN_VERSIONS.join(', ')}); for a newer one, use ModelImage.fromUri`,
      )
      .finish();
    return `${this.account(scope, stack)}.dkr.ecr.${stack.region}.${stack.urlSuffix}/sagemaker-scikit-learn:${this.version}-cpu-py3`;
  }

  private account(scope: Construct, stack: Stack): string {
    if (Token.isUnresolved(stack.region)) {
      const mapping = (stack.node.tryFindChild(MAPPING) as CfnMapping | undefined) ?? newMapping(stack);
      return mapping.findInMap(Fn.ref('AWS::Region'), 'account');
    }
    const account = SCIKIT_LEARN_REGISTRIES[stack.region];
    if (!account) {
      throw new Error(
        `${scope.node.path}: AWS publishes no scikit-learn image in ${stack.region}; copy the image to a registry of your own and use ModelImage.fromUri`,
      );
    }
    return account;
  }
}

function newMapping(stack: Stack): CfnMapping {
  return new CfnMapping(stack, MAPPING, {
    mapping: Object.fromEntries(
      Object.entries(SCIKIT_LEARN_REGISTRIES).map(([region, account]) => [region, { account }]),
    ),
  });
}
