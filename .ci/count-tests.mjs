// Prints `<passed> <failed>` for vitest's JSON report. `node count-tests.mjs <report> <exit status of vitest>`
import { readFileSync } from 'node:fs';

const [report, status] = process.argv.slice(2);
const { numPassedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
const failedTests = testResults.flatMap(({ assertionResults }) =>
  assertionResults.filter((result) => result.status === 'failed'),
);
// A file that cannot even be loaded has failed without a failed test in it.
const brokenFiles = testResults.filter(
  (file) => file.status === 'failed' && !file.assertionResults.some((result) => result.status === 'failed'),
);
const failed = failedTests.length + brokenFiles.length;
// An error outside every test fails the run and no test.
const unattributed = failed === 0 && (status !== '0' || numPassedTests === 0) ? 1 : 0;
console.log(numPassedTests, failed + unattributed);
