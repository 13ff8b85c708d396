/** Exit codes of the CLI, as its help and the README list them. */
export enum ExitCode {
  SUCCESS = 0,
  /** Something failed. */
  FAILURE = 1,
  /** The command line is wrong. */
  USAGE = 2,
  /** The workflow came to its end, but not to the one that was requested: refused, or rolled back. */
  REFUSED = 3,
  /** Ctrl-C, as shells say it: 128 and the number of the signal. */
  INTERRUPTED = 130,
}

/** An error for the user: what is wrong, why, and the way out. */
export class CliError extends Error {
  constructor(
    message: string,
    readonly exitCode: ExitCode = ExitCode.FAILURE,
  ) {
    super(message);
  }
}

/** What services say of a key that they did not give out. */
const FOREIGN_KEY_ERRORS = [
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
];

/** An SDK error in words that help; other errors as they are. */
export function explain(error: Error): string {
  if (error.name === 'CredentialsProviderError') {
    return 'no AWS credentials found; log in (for example with "aws sso login"), or use the local cloud: eval "$(model-pipeline local env)"';
  }
  if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') {
    return `nothing answers at ${process.env.AWS_ENDPOINT_URL ?? 'the AWS endpoint'}; start the local cloud with "model-pipeline local start", or unset AWS_ENDPOINT_URL to reach AWS`;
  }
  if (FOREIGN_KEY_ERRORS.includes(error.name) && process.env.AWS_ENDPOINT_URL) {
    return `the local cloud at ${process.env.AWS_ENDPOINT_URL} does not know these keys (${error.name}); use its own: eval "$(model-pipeline local env)"`;
  }
  if (/Region is missing/.test(error.message)) {
    return 'no AWS region is set; set AWS_REGION, for example AWS_REGION=eu-central-1';
  }
  return error.message;
}
