// The order in which jest starts the files. It knows how long each took the last time; on a clean clone it goes by
// their size, and the last one, for which all others wait, would be a short file that waits for browsers, programs or
// time limits.
const { default: Sequencer } = require('@jest/test-sequencer');

const SLOW = /[\\/]test[\\/](browser|doctor|example|release|strategy)[\\/]/;

module.exports = class SlowFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const isSlow = ({ path, duration }) => duration === undefined && SLOW.test(path);
    return [...sorted.filter(isSlow), ...sorted.filter((test) => !isSlow(test))];
  }
};
