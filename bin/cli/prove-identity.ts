import {
  GetCallerIdentityCommand,
  type GetCallerIdentityCommandOutput,
  type STSClient,
} from '@aws-sdk/client-sts';
import {
  type IdentityProof,
  identityRequest,
  type ProvenAnswer,
} from '../../lambda/domain/records/identity-proof';

/** Proves with the client's own credentials who gives an answer. Signs a request and does not send it. */
export async function proveIdentity(sts: STSClient, answer: ProvenAnswer): Promise<IdentityProof> {
  const command = new GetCallerIdentityCommand({});
  let signed: Record<string, string> = {};
  const bindAnswer: Middleware = (next) => (args) => {
    const request = args.request as SentRequest;
    const { body, headers } = identityRequest(answer);
    Object.assign(request, { body, headers: { ...headers, host: request.headers.host } });
    return next(args);
  };
  const keepSignature: Middleware = () => async (args) => {
    signed = (args.request as SentRequest).headers;
    return { response: {}, output: { $metadata: {} } };
  };
  const toMiddleware = 'httpSigningMiddleware';
  command.middlewareStack.addRelativeTo(bindAnswer, { relation: 'before', toMiddleware, name: 'bindAnswer' });
  command.middlewareStack.addRelativeTo(keepSignature, {
    relation: 'after',
    toMiddleware,
    name: 'keepSignature',
  });
  await sts.send(command);
  const { host, authorization, 'x-amz-date': date, 'x-amz-security-token': sessionToken } = signed;
  if (!host || !authorization || !date) throw new Error('the SDK did not sign the proof of identity');
  return { host, date, authorization, ...(sessionToken !== undefined && { sessionToken }) };
}

/** A step of the SDK's handling of a request. */
type Middleware = (next: Handler) => Handler;
type Handler = (args: { readonly input: object; readonly request: unknown }) => Promise<{
  readonly response: unknown;
  readonly output: GetCallerIdentityCommandOutput;
}>;

interface SentRequest {
  readonly headers: Record<string, string>;
  readonly body: unknown;
}
