/**
 * Where a container finds the code that is part of a model's archive. SageMaker puts the archive there before
 * it starts.
 */
const CODE = '/opt/ml/model/code';

/** Folder of `code/` for the packages that the image lacks. */
export const SERVING_PACKAGES = 'model_pipeline/packages';

/**
 * Environment of a framework container that runs the inference script of a model's archive. Its code and
 * packages are in the archive, so that it starts without a network.
 *
 * `sagemaker-containers` 2.8.6.post2, with which AWS's scikit-learn and XGBoost images serve, copies the
 * submit directory to `/opt/ml/code` and runs `pip install .` there, with `-r requirements.txt` if there is
 * one (`_modules.py`). The archive has none, and a build that needs nothing.
 */
export function scriptEnvironment(
  inferenceScript: string,
  packagesFolder = SERVING_PACKAGES,
): { [name: string]: string } {
  return {
    SAGEMAKER_PROGRAM: inferenceScript,
    SAGEMAKER_SUBMIT_DIRECTORY: CODE,
    PYTHONPATH: `${CODE}:${CODE}/${packagesFolder}`,
    // An image that wants something else at its start fails at once, rather than on the day when an index has
    // changed.
    PIP_NO_INDEX: '1',
  };
}
