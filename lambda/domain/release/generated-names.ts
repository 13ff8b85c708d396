/**
 * How the names of all jobs, models and endpoint configs of a pipeline begin: as `generatedNamePrefix` of the
 * constructs, which imports no runtime code. Names of other pipelines may begin alike.
 */
export function beginningOfNames(pipelineName: string): string {
  return pipelineName.slice(0, 30);
}
