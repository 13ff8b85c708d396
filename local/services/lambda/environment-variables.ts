import { join } from 'node:path';
import { AwsError } from '../../gateway/aws-error';
import type { Cloud, TemporaryCredentials } from '../../gateway/service';
import type { FunctionVersion } from './stored-function';

const RESERVED = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
]);
const LARGEST_TOTAL = 4096;

/**
 * The variables that a function may set.
 *
 * @throws AwsError InvalidParameterValueException for reserved names and more than 4 KB
 */
export function checkedVariables(variables: Readonly<Record<string, string>>): Record<string, string> {
  const reserved = Object.keys(variables).filter((name) => RESERVED.has(name));
  if (reserved.length > 0) {
    throw new AwsError(
      'InvalidParameterValueException',
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
  const size = Buffer.byteLength(JSON.stringify(variables));
  if (size > LARGEST_TOTAL) {
    throw new AwsError(
      'InvalidParameterValueException',
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the ${LARGEST_TOTAL / 1024}KB limit. String measured: ${JSON.stringify(variables)}`,
    );
  }
  return { ...variables };
}

export interface EnvironmentSettings {
  readonly functionName: string;
  readonly version: FunctionVersion;
  readonly environmentId: string;
  readonly logStream: string;
  readonly codeFolder: string;
  readonly layerFolders: readonly string[];
  readonly credentials: TemporaryCredentials;
  readonly initialization: Initialization;
}

/** Whether a request waits for the start of the process. */
export type Initialization = 'on-demand' | 'provisioned-concurrency';

/** The environment of a function's process: AWS's, the way to this cloud, and the function's own. */
export function environmentVariables(cloud: Cloud, settings: EnvironmentSettings): Record<string, string> {
  const { functionName, version, credentials, codeFolder } = settings;
  const { logging } = version;
  return {
    LANG: 'en_US.UTF-8',
    TZ: 'UTC',
    NODE_PATH: settings.layerFolders.map((folder) => join(folder, 'nodejs', 'node_modules')).join(':'),
    AWS_ENDPOINT_URL: cloud.url,
    // The runtime's own Node.js version is not the one that runs here.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...version.environment,
    AWS_REGION: cloud.region,
    AWS_DEFAULT_REGION: cloud.region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_EXECUTION_ENV: `AWS_Lambda_${version.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: version.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(version.memorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: settings.initialization,
    AWS_LAMBDA_LOG_GROUP_NAME: logging.group,
    AWS_LAMBDA_LOG_STREAM_NAME: settings.logStream,
    AWS_LAMBDA_LOG_FORMAT: logging.format,
    ...(logging.applicationLevel && { AWS_LAMBDA_LOG_LEVEL: logging.applicationLevel }),
    AWS_LAMBDA_RUNTIME_API: `${cloud.url.replace('http://', '')}/_local/lambda-runtime/${settings.environmentId}`,
    LAMBDA_TASK_ROOT: codeFolder,
    _HANDLER: version.handler,
  };
}
