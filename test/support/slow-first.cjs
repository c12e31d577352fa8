// The order in which jest starts the files. It knows how long each took the last time; on a clean clone it goes by their
// size, and a short file that waits for browsers or programs would be the last one that everybody waits for.
const { default: Sequencer } = require('@jest/test-sequencer');

const SLOW = /[\\/]test[\\/](browser|doctor|example|release)[\\/]/;

module.exports = class SlowFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const isSlow = ({ path, duration }) => duration === undefined && SLOW.test(path);
    return [...sorted.filter(isSlow), ...sorted.filter((test) => !isSlow(test))];
  }
};
