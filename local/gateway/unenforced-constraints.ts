/**
 * Shapes whose constraints AWS's models state and AWS does not enforce, or not as a validation of the input,
 * by service; each with what shows it.
 */
export const UNENFORCED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'sagemaker-runtime': {
    BodyBlob: 'answered with HTTP 413: https://github.com/aws/sagemaker-python-sdk/issues/171',
  },
};
