#!/usr/bin/env node
// npm links a program when it installs, in a clone of the repository before dist/ is built: this file exists then.
require('./dist/model-pipeline.js');
