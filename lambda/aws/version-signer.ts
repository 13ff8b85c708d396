import {
  DescribeKeyCommand,
  type KMSClient,
  SignCommand,
  type SigningAlgorithmSpec,
} from '@aws-sdk/client-kms';
import type { VersionSignature } from '../../contracts/version-signature';
import { signedText, type VersionIdentity } from '../domain/release/version-signature';

/**
 * Of keys with several algorithms: PSS, which KMS's guide prefers for RSA, and the one of Ed25519 that takes
 * messages (`MessageType` of `Sign`).
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html
 */
const PREFERRED: readonly SigningAlgorithmSpec[] = ['RSASSA_PSS_SHA_256', 'ED25519_SHA_512'];

/** Signs versions with the private key of a KMS key, which never leaves KMS. */
export class VersionSigner {
  constructor(
    private readonly kms: KMSClient,
    /** ARN of the key. */
    private readonly signingKey: string,
  ) {}

  /** @throws Error if the key cannot sign */
  async sign(identity: VersionIdentity): Promise<VersionSignature> {
    const { KeyId, Signature, SigningAlgorithm } = await this.kms.send(
      new SignCommand({
        KeyId: this.signingKey,
        Message: Buffer.from(signedText(identity)),
        MessageType: 'RAW',
        SigningAlgorithm: await this.algorithm(),
      }),
    );
    return {
      keyArn: KeyId as string,
      algorithm: SigningAlgorithm as string,
      signature: Buffer.from(Signature as Uint8Array).toString('base64'),
    };
  }

  private async algorithm(): Promise<SigningAlgorithmSpec> {
    const { KeyMetadata } = await this.kms.send(new DescribeKeyCommand({ KeyId: this.signingKey }));
    const { SigningAlgorithms = [], KeyUsage } = KeyMetadata ?? {};
    const algorithm = SigningAlgorithms.find((each) => PREFERRED.includes(each)) ?? SigningAlgorithms[0];
    if (algorithm) return algorithm;
    throw new Error(
      `the signingKey ${this.signingKey} cannot sign, because its KeyUsage is ${KeyUsage}: give the pipeline a key whose KeyUsage is SIGN_VERIFY`,
    );
  }
}
