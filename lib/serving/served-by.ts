/** What answers requests with the version in production. */
export enum ServedBy {
  /** A SageMaker endpoint; a Lambda function beside it, if the pipeline has `serverlessInference`. */
  ENDPOINT = 'endpoint',
  /**
   * A Lambda function alone. Training and evaluation stay with SageMaker, but nothing runs, or costs, while
   * there are no requests.
   */
  FUNCTION = 'function',
}
