import { GetCallerIdentityCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import {
  type IdentityProof,
  identityRequest,
  type ProvenAnswer,
  signedHeaders,
  unsignedHeaders,
} from '../domain/records/identity-proof';

/** Who answers is not proven. */
export class UnprovenIdentityError extends Error {
  override readonly name = 'UnprovenIdentity';
}

/** Asks STS who signed a proof. */
export class IdentityVerifier {
  private readonly sts: STSClient;

  constructor(config: STSClientConfig = {}) {
    this.sts = new STSClient(config);
    // Without a signature of its own the function cannot take itself for the person.
    if (!this.sts.middlewareStack.remove(SIGNING)) throw new Error(`the SDK has no middleware ${SIGNING}`);
  }

  /**
   * @returns the ARN of the user or of the session of a role that gives this answer
   * @throws UnprovenIdentityError if the proof is too old, of another answer, or not signed with good keys
   */
  async whoAnswers(answer: ProvenAnswer, proof: IdentityProof): Promise<string> {
    const unsigned = unsignedHeaders(proof);
    if (unsigned.length > 0) {
      throw new UnprovenIdentityError(
        `the proof does not sign the header ${unsigned.join(', ')}; ${HOW_TO_PROVE}`,
      );
    }
    const command = new GetCallerIdentityCommand({});
    command.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as SentRequest;
        // The host is that of the function's own client: a proof never says where it is sent to.
        const host = request.headers.host as string;
        if (proof.host !== host) {
          throw new UnprovenIdentityError(
            `the proof is signed for ${proof.host}, but the function calls ${host}; run the command with the pipeline's region and without another endpoint for STS`,
          );
        }
        const { body } = identityRequest(answer);
        const headers = { ...signedHeaders(answer, proof), 'content-length': `${body.length}` };
        return next({ ...args, request: Object.assign(request, { body, headers }) });
      },
      { step: 'finalizeRequest', priority: 'low', name: 'sendProof' },
    );
    try {
      const { Arn } = await this.sts.send(command);
      return Arn as string;
    } catch (error) {
      if (!(error instanceof Error) || !REFUSALS.includes(error.name)) throw error;
      throw new UnprovenIdentityError(
        `STS refuses the proof of identity (${error.name}: ${error.message}): it is more than a few minutes old (check the clock), belongs to another answer, or is signed with invalid keys; ${HOW_TO_PROVE}`,
        { cause: error },
      );
    }
  }
}

const SIGNING = 'httpSigningMiddleware';
/** What to do without a proof that holds. */
export const HOW_TO_PROVE = "answer with 'model-pipeline approve' or 'model-pipeline reject', which sign it";

interface SentRequest {
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

/**
 * What STS says of a signature that is not good. A request must reach STS within five minutes of its date in
 * most cases.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 */
const REFUSALS = [
  'AccessDenied',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'RequestExpired',
  'SignatureDoesNotMatch',
];
