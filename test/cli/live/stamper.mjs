// A program that must not run twice: says from when to when it ran, by the machine's monotonic clock, and ends for nobody
// who asks. It has a companion in its process group, which is as stubborn.
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

const [folder, role = 'program'] = process.argv.slice(2);
const { GRAFT_TERM, GRAFT_NODE_ID } = process.env;
const file = `${folder}/${GRAFT_TERM}-${GRAFT_NODE_ID}-${role === 'program' ? process.pid : process.ppid}-${role}`;

const stamp = () => appendFileSync(file, `${process.hrtime.bigint()}\n`);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {});
stamp();
setInterval(stamp, 2);
if (role === 'program') spawn(process.execPath, [process.argv[1], folder, 'companion'], { stdio: 'ignore' });
