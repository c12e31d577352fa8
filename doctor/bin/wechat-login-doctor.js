#!/usr/bin/env node
// A file that is there before the build: npm links a command only to a file that exists when it installs.
require('../dist/cli.js');
