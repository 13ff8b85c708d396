import { type KMSClient, type SigningAlgorithmSpec, VerifyCommand } from '@aws-sdk/client-kms';
import type { VersionSignature } from '../../contracts/version-signature';
import { modelKey } from '../domain/records/bucket-layout';
import { putsIntoProduction } from '../domain/records/ledger';
import { pinnedIn } from '../domain/release/pinned-artifacts';
import { signedText, versionSignature } from '../domain/release/version-signature';
import type { LedgerStore } from './ledger-store';
import type { RegisteredVersion } from './model-registry';
import type { ArtifactStore } from './store';

export interface SignatureCheckProps {
  readonly pipelineName: string;
  /** ARN of the pipeline's key. */
  readonly signingKey: string;
  readonly kms: KMSClient;
  readonly store: Pick<ArtifactStore, 'tryReadJson' | 'uriOf'>;
  readonly ledger: Pick<LedgerStore, 'backwards'>;
}

/** Nobody vouches for a version. */
export class VersionNotSignedError extends Error {
  override readonly name = 'VersionNotSigned';
}

/** A version, or its signature, is not what it was when it was registered. */
export class SignatureNotValidError extends Error {
  override readonly name = 'SignatureNotValid';
}

/** Entries of the ledger that are searched for the release of a version that is not signed. */
const MOST_ENTRIES = 200;

/** Verifies with the pipeline's KMS key that a version is the one that was registered. */
export class SignatureCheck {
  constructor(private readonly props: SignatureCheckProps) {}

  /**
   * A version that was in production before the pipeline had a key may serve without a signature: the ledger
   * says that it was released without one.
   *
   * @param ledgerSequence number of the entry that records its release, if that is known; otherwise the
   * newest 200 are searched
   * @returns whether the version is signed
   * @throws VersionNotSignedError, SignatureNotValidError
   */
  async check(version: RegisteredVersion, ledgerSequence?: number): Promise<boolean> {
    const { store } = this.props;
    const key = modelKey(version.modelVersion, 'signature.json');
    const signature = await store.tryReadJson(key, versionSignature);
    if (signature) {
      if (await this.isValid(version, signature)) return true;
      throw new SignatureNotValidError(this.notValid(version, signature, store.uriOf(key)));
    }
    const signedBy = version.properties.signingKey;
    if (!signedBy && (await this.hasServedUnsigned(version.modelVersion, ledgerSequence))) return false;
    throw new VersionNotSignedError(
      `version ${version.modelVersion} has no signature ${store.uriOf(key)}${!signedBy ? ': it was registered before the pipeline had a signingKey, and was never in production' : `, although ${signedBy} signed it: somebody deleted that object. Restore it (aws s3api list-object-versions)`}. The pipeline releases signed versions only: retrain, release another version, or deploy the pipeline without signingKey`,
    );
  }

  private async isValid(version: RegisteredVersion, signature: VersionSignature): Promise<boolean> {
    const { pipelineName, signingKey, kms } = this.props;
    const artifacts = pinnedIn(version.properties);
    if (!artifacts) return false;
    try {
      await kms.send(
        new VerifyCommand({
          KeyId: signingKey,
          Message: Buffer.from(signedText({ ...version, pipelineName, artifacts })),
          MessageType: 'RAW',
          Signature: Buffer.from(signature.signature, 'base64'),
          SigningAlgorithm: signature.algorithm as SigningAlgorithmSpec,
        }),
      );
      return true;
    } catch (error) {
      // The latter if the key is of another kind than the one that signed.
      if (['KMSInvalidSignatureException', 'InvalidKeyUsageException'].includes((error as Error).name))
        return false;
      throw error;
    }
  }

  private notValid(
    { modelVersion, modelPackageArn }: RegisteredVersion,
    { keyArn }: VersionSignature,
    uri: string,
  ): string {
    const { signingKey } = this.props;
    return keyArn === signingKey
      ? `the signature ${uri} is not one of version ${modelVersion} as the registry describes it (${modelPackageArn}): somebody changed the package, or the signature, after the version was registered. Find out who did (CloudTrail), and retrain or release another version`
      : `version ${modelVersion} was signed with ${keyArn} (${uri}), and the pipeline's signingKey is ${signingKey}: retrain, release a version that this key signed, or give the pipeline its previous key`;
  }

  private async hasServedUnsigned(modelVersion: string, from: number | undefined): Promise<boolean> {
    let count = 0;
    for await (const { entry } of this.props.ledger.backwards(from)) {
      if (entry && putsIntoProduction(entry) && entry.modelVersion === modelVersion) return !entry.signed;
      if (++count === MOST_ENTRIES) break;
    }
    return false;
  }
}
