const { default: Sequencer } = require('@jest/test-sequencer');

/** Stories take the longest: begun last, they would leave a core without work at the end. */
module.exports = class extends Sequencer {
  sort(tests) {
    const isStory = ({ path }) => /\/test\/(lifecycle|bin)\//.test(path);
    const sorted = super.sort(tests);
    return [...sorted.filter(isStory), ...sorted.filter((test) => !isStory(test))];
  }
};
