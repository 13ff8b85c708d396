import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { Validation } from '../runtime/validation';
import { ModelRegistry } from './model-registry';
import { refuseOtherKeys } from './signing-key';

export interface PipelineRegistryProps {
  readonly pipelineName: string;
  /** By which the pipeline knows its own group. */
  readonly tags: { readonly [key: string]: string };
  /**
   * Asymmetric KMS key with the key usage `SIGN_VERIFY`. The pipeline signs each version with it that it
   * registers.
   * @default - versions are not signed
   */
  readonly signingKey?: IKey;
}

/** A pipeline's registry, whose packages carry semantic versions and lineage. */
export class PipelineRegistry extends ModelRegistry {
  /** The key that signs versions; undefined if they are not signed. */
  readonly signingKey?: IKey;

  constructor(scope: Construct, id: string, { pipelineName, tags, signingKey }: PipelineRegistryProps) {
    super(scope, id, { modelPackageGroupName: pipelineName });
    const validation = new Validation(this);
    refuseOtherKeys(signingKey, validation);
    validation.finish();
    this.signingKey = signingKey;
    for (const [key, value] of Object.entries(tags)) this._group.tags.setTag(key, value, TAG_PRIORITY);
  }
}

/** That of tags which a resource is created with; `Tags.of()` has precedence. */
const TAG_PRIORITY = 50;
