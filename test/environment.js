const fs = require('node:fs');
const { basename } = require('node:path');
const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

// Where its output is a terminal, Jest forces colors upon its workers, and with them upon what tests start; tests
// read words.
delete process.env.FORCE_COLOR;
process.env.NO_COLOR = '1';

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

/** Where apps that name no folder were synthesized: CDK leaves these behind, 2 MB or more each. */
const assemblies = [];
const { mkdtempSync } = fs;

fs.mkdtempSync = (...options) => {
  const folder = mkdtempSync(...options);
  if (basename(String(folder)).startsWith('cdk.out')) assemblies.push(folder);
  return folder;
};

module.exports = class extends TestEnvironment {
  async teardown() {
    for (const folder of assemblies.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
    await super.teardown();
  }
};
