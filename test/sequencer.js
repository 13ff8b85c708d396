const { default: Sequencer } = require('@jest/test-sequencer');

/** Those that take minutes, the longest first: begun last, they would leave a core without work at the end. */
const LONGEST = [
  'random-schedules',
  'function-stories',
  'release-stories',
  'stranger',
  'record-documents',
  'mlflow-stories',
  'ownership-stories',
  'cdk-cli',
];

/** Stories take longer than other tests. */
const STORY = /\/test\/(lifecycle|bin|packages|examples)\//;

module.exports = class extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const index = LONGEST.findIndex((name) => path.includes(`/${name}.`));
      if (index >= 0) return index;
      return STORY.test(path) ? LONGEST.length : LONGEST.length + 1;
    };
    return super.sort(tests).sort((one, other) => rank(one) - rank(other));
  }
};
