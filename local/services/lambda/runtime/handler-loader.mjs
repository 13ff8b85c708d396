import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * The function that `file.export` names in the code folder; CommonJS and ES modules.
 *
 * @throws Error named as AWS's: Runtime.ImportModuleError, Runtime.HandlerNotFound, ...
 */
export async function loadHandler(folder, name, nodeVersion) {
  const [, path, exported] = /^((?:.*\/)?[^./][^.]*)\.(.+)$/.exec(name) ?? [];
  if (!path) throw failure('Runtime.MalformedHandlerName', `Bad handler: ${name}`);
  const module = await load(folder, path);
  const handler = exported.split('.').reduce((at, key) => at?.[key], module);
  if (handler === undefined || handler === null) {
    throw failure('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  }
  if (typeof handler !== 'function') throw failure('Runtime.HandlerNotFound', `${name} is not a function`);
  if (nodeVersion >= 24 && handler.length >= 3) {
    throw failure(
      'Runtime.CallbackHandlerDeprecated',
      'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.',
    );
  }
  return handler;
}

async function load(folder, path) {
  const file = ['', '.js', '.mjs', '.cjs'].map((ending) => join(folder, path + ending)).find(existsSync);
  try {
    if (!file) throw missing(path);
    if (isEsModule(file, folder)) return await importModule(file);
    const module = createRequire(file)(file);
    // With syntax detection `require` loads ES modules too; some versions of Node refuse it by this code.
    return module;
  } catch (error) {
    if (error.code === 'ERR_REQUIRE_ESM' || error.code === 'ERR_REQUIRE_ASYNC_MODULE')
      return importModule(file);
    if (error instanceof SyntaxError) throw rename(error, 'Runtime.UserCodeSyntaxError');
    if (error.code === 'MODULE_NOT_FOUND' || error.code === 'ERR_MODULE_NOT_FOUND') {
      throw rename(error, 'Runtime.ImportModuleError');
    }
    throw error;
  }
}

async function importModule(file) {
  return import(pathToFileURL(file).href);
}

function isEsModule(file, folder) {
  if (file.endsWith('.mjs')) return true;
  return file.endsWith('.js') && packageType(dirname(file), folder) === 'module';
}

function packageType(directory, root) {
  const file = join(directory, 'package.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')).type;
  return directory === root || dirname(directory) === directory
    ? undefined
    : packageType(dirname(directory), root);
}

function missing(path) {
  return Object.assign(new Error(`Cannot find module '${path.split('/').pop()}'`), {
    code: 'MODULE_NOT_FOUND',
  });
}

function rename(error, name) {
  const renamed = failure(name, `${error.name}: ${error.message}`);
  renamed.stack = `${name}: ${error.stack}`;
  return renamed;
}

function failure(name, message) {
  const error = new Error(message);
  error.name = name;
  error.stack = `${name}: ${message}`;
  return error;
}
