// A first synth with CDK's own validation takes 1.4 s instead of 0.13 s; an in-depth test turns it on again.
process.env.CDK_VALIDATION ??= 'false';
/**
 * Apps that only need a template leave their assets where they are: a copy takes 2 to 53 MB for each app.
 * `STAGED` turns copies on again. An app's own context is overridden by that of the environment.
 */
process.env.CDK_CONTEXT_JSON ??= JSON.stringify({ 'aws:cdk:disable-asset-staging': true });
// Silences the SDK's advance notice about Node 20, which is a supported version here.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/**
 * CDK records where each resource was created, in a plain object. Jest maps each frame of such a stack to the
 * sources, which took an eighth of the time of tests of constructs; those of errors stay.
 */
const { captureStackTrace } = Error;
Error.captureStackTrace = (target, below) => {
  if (Object.getPrototypeOf(target) === Object.prototype) target.stack = '';
  else captureStackTrace.call(Error, target, below);
};
