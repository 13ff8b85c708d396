const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

const { compileFunction } = vm;

/** By file name. */
const compiled = new Map();

/**
 * Jest compiles each module again for each test file that loads it. A script, unlike such a function, belongs to no
 * context: compiled once, it runs in those of all test files of a process, with what V8 compiled of it meanwhile.
 */
vm.compileFunction = (source, parameters, options = {}) => {
  const { filename, parsingContext } = options;
  if (!parsingContext) return compileFunction(source, parameters, options);
  const known = compiled.get(filename);
  const script = known?.source === source ? known.script : newScript(source, parameters, filename);
  compiled.set(filename, { source, script });
  return script.runInContext(parsingContext);
};

function newScript(source, parameters, filename) {
  const head = `(function (${parameters.join(', ')}) {`;
  // Positions in stack traces are those of the source.
  return new vm.Script(`${head}${source}\n})`, { filename, columnOffset: -head.length });
}

module.exports = TestEnvironment;
