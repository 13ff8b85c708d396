import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod/mini';
import type { ModelSignature } from '../../contracts/model-signature';
import type { Row } from '../domain/data/cell';
import { requestCells } from '../domain/model-signature/request-cells';
import { parseDocument } from '../domain/records/document';
import { requestRows } from '../domain/traffic/payload/request-rows';
import type { Asked, Question } from './asked';

export interface InferenceFunctionProps {
  readonly lambda: LambdaClient;
  readonly functionName: string;
  /** Published version that is to serve; null asks what was last deployed. */
  readonly functionVersion: string | null;
  /** Its candidate is asked, whatever its share of the requests. */
  readonly releaseId: string;
  readonly modelVersion: string;
  /** Undefined of a version that was registered before versions had one: it takes numbers only. */
  readonly signature: ModelSignature | undefined;
}

/** The function that serves the pipeline's versions, without an endpoint or beside it. */
export class InferenceFunction implements Asked {
  readonly name = 'the function';
  /**
   * It computes with 32 bits, the container that scored the holdout with 64: where a feature is rounded
   * across its threshold, a tree takes its other branch.
   */
  readonly precision = { tolerance: 1e-4, exceptions: 0.1 };

  constructor(private readonly props: InferenceFunctionProps) {}

  async ask({ contentType, body }: Question): Promise<readonly number[]> {
    const { lambda, functionName, functionVersion, releaseId, modelVersion, signature } = this.props;
    const encoding = contentType === 'text/csv' ? 'CSV' : 'JSON';
    const columns = signature?.inputs.some(({ type }) => type === 'tensor')
      ? signature.inputs.map(({ name }) => name)
      : undefined;
    const rows = requestRows({ data: body, encoding }, columns).map((row) =>
      row.some(Array.isArray) ? row : requestCells(row as Row, signature),
    );
    const { Payload, FunctionError } = await lambda.send(
      new InvokeCommand({
        FunctionName: functionName,
        ...(functionVersion !== null && { Qualifier: functionVersion }),
        Payload: JSON.stringify({ rows, releaseId }),
      }),
    );
    const text = Buffer.from(Payload ?? []).toString();
    if (FunctionError) {
      const { errorType, errorMessage } = parseDocument(failure, text, 'error of the function');
      throw Object.assign(new Error(errorMessage), { name: errorType });
    }
    const answer = parseDocument(inference, text, 'answer of the function');
    if (answer.modelVersion === modelVersion)
      return ('probabilities' in answer ? answer.probabilities : answer.predictions).flat();
    throw new Error(`version ${answer.modelVersion} has answered, instead of ${modelVersion}`);
  }
}

const failure = z.object({ errorType: z.string(), errorMessage: z.string() });
const numbers = z.union([z.number(), z.array(z.number())]);
const inference = z.union([
  z.object({ modelVersion: z.string(), probabilities: z.array(z.array(z.number())) }),
  z.object({ modelVersion: z.string(), predictions: z.array(numbers) }),
]);
