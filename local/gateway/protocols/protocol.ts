import type { AwsError } from '../aws-error';
import type { OperationModel, SdkModel } from '../sdk-model';
import type { WireRequest, WireResponse } from './http';

/** The server's side of a wire protocol: reads requests, writes answers, from the service's schemas. */
export interface Protocol {
  /** The operation that a request asks for; undefined if the service knows no such operation. */
  operationOf(model: SdkModel, request: WireRequest): string | undefined;
  readInput(
    model: SdkModel,
    operation: OperationModel,
    request: WireRequest,
  ): Promise<Record<string, unknown>>;
  writeOutput(model: SdkModel, operation: OperationModel, output: object, requestId: string): WireResponse;
  writeError(model: SdkModel, error: AwsError, requestId: string): WireResponse;
}
