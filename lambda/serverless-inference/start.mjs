// The function's entry. Lambda's runtime waits for an ES module that awaits, and for no CommonJS one: so the extension is registered before
// the runtime asks for the first invocation, which closes the registration.
// https://aws.amazon.com/blogs/compute/using-node-js-es-modules-and-top-level-await-in-aws-lambda/
import inference from './serverless-inference.js';

await inference.register();

export const { handler } = inference;
